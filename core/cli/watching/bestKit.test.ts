import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type LocalStore, parseReference } from '@kitwright/core/internal';
import { findBest, parseBest } from './bestKit.ts';

const empty = { list: () => [] } as unknown as LocalStore;
const losing = (loss: number) => ({ step: 1, metrics: { loss } });

test('the metric has a name and a direction', () => {
  assert.deepEqual(parseBest('eval_loss:min'), { name: 'eval_loss', better: 'min' });
  assert.deepEqual(parseBest('accuracy:max'), { name: 'accuracy', better: 'max' });
  for (const text of ['', 'loss', 'loss:low', 'a b:min', ':min'])
    assert.throws(() => parseBest(text), { code: 'usage' }, text);
});

test('a kit is the best if its metric is better than that of each kit before it', async () => {
  for (const [metric, sign] of [
    ['loss:min', 1],
    ['loss:max', -1],
  ] as const) {
    const best = await findBest(empty, parseReference('run'), parseBest(metric));
    const found = [3, 2, 2, 2.5, 1].map((value) => {
      const progress = losing(sign * value);
      const isBest = best.isBest(progress);
      best.note(progress);
      return isBest;
    });
    assert.deepEqual(found, [true, true, false, false, true], metric);
  }
});

test('NaN, infinities and kits without the metric are never the best', async () => {
  const best = await findBest(empty, parseReference('run'), parseBest('loss:min'));
  for (const progress of [undefined, losing(Number.NaN), losing(Number.NEGATIVE_INFINITY), { step: 1, metrics: {} }]) {
    assert.equal(best.isBest(progress), false);
    best.note(progress);
  }
  assert.equal(best.isBest(losing(1e300)), true);
});
