import { isCancel } from '@clack/prompts';

/** What is asked of people on a terminal. A file of its own: what it does not name stays out of the bundle. */
export { confirm, password, text } from '@clack/prompts';

/** The answer to a prompt; undefined for Ctrl-C, and for Ctrl-D or the end of the input, after which none can come. */
export async function ask<T>(prompt: (shared: SharedOptions) => Promise<T>): Promise<Exclude<T, symbol> | undefined> {
  const ended = new AbortController();
  const end = () => ended.abort();
  const onKey = (_: string, key: { readonly ctrl?: boolean; readonly name?: string } | undefined) => {
    if (key?.ctrl && key.name === 'd') end();
  };
  process.stdin.on('end', end).on('keypress', onKey);
  // A terminal that does not know its width would get a line for each letter.
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
