import assert from 'node:assert/strict';
import type { ReadinessAnswer } from '@kitwright/core/plugin';
import { isOneLine } from './hostile.ts';

/** An answer of a check: a state, why, and when to look again (ms). */
export function assertAnswer(answer: ReadinessAnswer, what: string): void {
  assert.ok(['ready', 'not-yet', 'broken'].includes(answer?.state), `${what}: ${JSON.stringify(answer)} is no answer`);
  if (answer.state === 'ready') return;
  assert.ok(isOneLine(answer.reason) && answer.reason !== '', `${what}: it gives no reason of one line`);
  if (answer.state === 'not-yet')
    assert.ok(answer.retryAfter > 0 && answer.retryAfter <= 3_600_000, `${what}: again in ${answer.retryAfter} ms`);
}
