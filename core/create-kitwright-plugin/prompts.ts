import { isCancel } from '@clack/prompts';

/** A separate file, so that the bundle holds only what it imports. */
export { select, text } from '@clack/prompts';

/** The answer to a prompt; undefined if it was cancelled. */
export async function answerOf<T>(prompt: Promise<T>): Promise<Exclude<T, symbol> | undefined> {
  const answer = await prompt;
  return isCancel(answer) ? undefined : (answer as Exclude<T, symbol>);
}
