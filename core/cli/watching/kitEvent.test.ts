import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WatchedKit } from '@kitwright/core/internal/builds';
import { kitEvent } from './kitEvent.ts';

const { NaN: nan, POSITIVE_INFINITY: most, NEGATIVE_INFINITY: least } = Number;

const watched = {
  kit: { root: { digest: 'sha256:0' }, layers: [], manifestBytes: Buffer.from('{}') },
  name: undefined,
  count: 1,
  elapsed: 1.5,
  bytesHashed: 0,
  progress: { step: 3, metrics: { loss: nan, grad: most, reward: least, rate: 0.1 } },
  held: [],
  skipped: [],
  odd: [],
} as unknown as WatchedKit;

test('NaN and infinities are strings, and survive JSON', () => {
  const event = kitEvent(watched);
  const metrics = { loss: 'NaN', grad: 'Infinity', reward: '-Infinity', rate: 0.1 };
  assert.deepEqual(event.metrics, metrics);
  assert.deepEqual(JSON.parse(JSON.stringify(event)).metrics, metrics);
});
