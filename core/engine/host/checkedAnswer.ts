import { messageOf } from '../errors/errorData.ts';
import { KitwrightError } from '../errors/KitwrightError.ts';
import type { ReadinessAnswer } from './capabilities.ts';
import { refusePromise } from './hooks.ts';

/** The answer of a check, of whatever a plugin returned. Throws `plugin-failed`. */
export function checkedAnswer(
  answer: unknown,
  { plugin, what }: { readonly plugin: string | undefined; readonly what: string },
): ReadinessAnswer {
  if (isAnswer(answer)) return answer;
  throw new KitwrightError('plugin-failed', `The plugin ${plugin ?? ''} failed in ${what}: ${reasonFor(answer)}.`, {
    data: { plugin, hook: what },
  });
}

function reasonFor(answer: unknown): string {
  try {
    refusePromise(answer);
  } catch (error) {
    return messageOf(error);
  }
  return "it must return { state: 'ready' }, or 'not-yet' with retryAfter, or 'broken'";
}

function isAnswer(answer: unknown): answer is ReadinessAnswer {
  if (typeof answer !== 'object' || answer === null || !('state' in answer)) return false;
  const { state, retryAfter } = answer as { readonly state: unknown; readonly retryAfter?: unknown };
  return state === 'ready' || state === 'broken' || (state === 'not-yet' && typeof retryAfter === 'number');
}
