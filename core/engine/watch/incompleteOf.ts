import type { BytePath } from '../files/bytePath.ts';
import { displayPath } from '../files/displayPath.ts';
import type { ReadinessAnswer } from '../host/capabilities.ts';
import type { Version, Waiting } from './Waiting.ts';

/** How long before a broken file that does not change is checked again, in ms. */
const brokenRetry = 5_000;

/** What to wait for if a file or checkpoint does not look complete; undefined if it does. `now` in ms. */
export function incompleteOf(
  at: BytePath,
  version: Version,
  answer: ReadinessAnswer,
  now: number,
): Waiting | undefined {
  if (answer.state === 'ready') return undefined;
  const { reason } = answer;
  const retryAfter = answer.state === 'broken' ? brokenRetry : answer.retryAfter;
  return { path: displayPath(at), at, reason, timeOnly: false, until: now + retryAfter, version };
}
