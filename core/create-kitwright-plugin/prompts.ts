import { isCancel } from '@clack/prompts';

/** A separate file, so that the bundle holds only what it imports. */
export { select, text } from '@clack/prompts';

/** The answer to a prompt; undefined for Ctrl-C, Ctrl-D and the end of the input. */
export async function ask<T>(prompt: (shared: SharedOptions) => Promise<T>): Promise<Exclude<T, symbol> | undefined> {
  const ended = new AbortController();
  const end = () => ended.abort();
  const onKey = (_: string, key: { readonly ctrl?: boolean; readonly name?: string } | undefined) => {
    if (key?.ctrl && key.name === 'd') end();
  };
  process.stdin.on('end', end).on('keypress', onKey);
  // On a terminal of unknown width each letter would get its own line.
  if (!process.stderr.columns) process.stderr.columns = 80;
  try {
    const answer = await prompt({ output: process.stderr, signal: ended.signal });
    return isCancel(answer) ? undefined : (answer as Exclude<T, symbol>);
  } finally {
    process.stdin.off('end', end).off('keypress', onKey);
  }
}

interface SharedOptions {
  readonly output: NodeJS.WriteStream;
  readonly signal: AbortSignal;
}
