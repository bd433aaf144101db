import type { ReadinessAnswer } from '@kitwright/core/plugin';

/** When to check again, in ms. */
const retryAfter = 500;

export function notYet(reason: string): ReadinessAnswer {
  return { state: 'not-yet', reason, retryAfter };
}

export const ready: ReadinessAnswer = { state: 'ready' };

export function broken(reason: string): ReadinessAnswer {
  return { state: 'broken', reason };
}
