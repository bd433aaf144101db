import type { ReadinessAnswer } from '../host/capabilities.ts';
import type { Version, Waiting } from './Waiting.ts';

/** How long a broken file is left alone before it is looked at again, in ms: it changes, or it stays as it is. */
const brokenRetry = 5_000;

/** What is waited for where a file or checkpoint does not look complete; undefined if it does. `now` in ms. */
export function incompleteOf(
  path: string,
  version: Version,
  answer: ReadinessAnswer,
  now: number,
): Waiting | undefined {
  if (answer.state === 'ready') return undefined;
  const { reason } = answer;
  const retryAfter = answer.state === 'broken' ? brokenRetry : answer.retryAfter;
  return { path, reason, timeOnly: false, until: now + retryAfter, version };
}
