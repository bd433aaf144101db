import type { ReadinessAnswer } from '@kitwright/core';

/** When to look again, in ms. */
const retryAfter = 500;

export const ready: ReadinessAnswer = { state: 'ready' };
export const notYet = (reason: string): ReadinessAnswer => ({ state: 'not-yet', reason, retryAfter });
export const broken = (reason: string): ReadinessAnswer => ({ state: 'broken', reason });
