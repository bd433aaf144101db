import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TimedEvent } from '../watching/WatchEvent.ts';
import { addEvent, emptySummary, seriesOf, totalsOf } from './Summary.ts';
import { kitEvent, layerEvent, startEvent } from './testing/events.ts';

const summaryOf = (...events: readonly TimedEvent[]) => events.reduce(addEvent, emptySummary);
const at = 1_790_000_000_000;

test('kits are numbered over all watches of the directory', () => {
  const { kits, first, running } = summaryOf(
    startEvent,
    kitEvent(1),
    { type: 'end', at, kits: 1 },
    startEvent,
    kitEvent(1),
  );
  assert.deepEqual([kits.map(({ index }) => index), first, running], [[0, 1], 1, true]);
});

test('what waits and what failed is over when a kit is there', () => {
  const waiting: TimedEvent = { type: 'waiting', at, waiting: [{ path: 'a', reason: 'grows' }] };
  const failed: TimedEvent = { type: 'failed', at, code: 'disk-full', message: 'The disk is full.' };
  const before = summaryOf(startEvent, waiting, failed);
  assert.deepEqual([before.waiting.length, before.problem], [1, 'The disk is full.']);
  assert.equal(summaryOf(startEvent, failed, kitEvent(1)).problem, undefined);
  assert.deepEqual(summaryOf(startEvent, waiting, { type: 'end', at, kits: 0 }).waiting, []);
});

test('a push belongs to the kit with its digest, a failed one to the kit of this watch with its count', () => {
  const pushed: TimedEvent = {
    type: 'pushed',
    at,
    count: 1,
    digest: `sha256:${'1'.repeat(64)}`,
    names: [],
    copied: 1,
    existed: 0,
    mounted: 0,
    bytes: 1,
  };
  const failed: TimedEvent = { type: 'push-failed', at, count: 1, code: 'network-failed', message: '', retry: null };
  const { kits } = summaryOf(
    startEvent,
    kitEvent(1),
    pushed,
    startEvent,
    kitEvent(1, { digest: 'sha256:other' }),
    failed,
  );
  assert.deepEqual(
    kits.map(({ push }) => push),
    ['pushed', 'failed'],
  );
});

test('removed tags and the status of the command are kept with their kit', () => {
  const { kits } = summaryOf(
    startEvent,
    kitEvent(1),
    kitEvent(2),
    { type: 'pruned', at, tags: ['run-1'] },
    {
      type: 'ran',
      at,
      count: 2,
      status: 3,
    },
  );
  assert.deepEqual(
    kits.map(({ pruned, status }) => [pruned, status]),
    [
      [true, undefined],
      [false, 3],
    ],
  );
});

test('an event of a newer version changes nothing', () => {
  const summary = summaryOf(startEvent);
  assert.equal(addEvent(summary, { type: 'moon', at } as unknown as TimedEvent), summary);
});

test('totals count layers and the bytes that were not hashed again', () => {
  const layers = [layerEvent('a', 'a', { reused: true }), layerEvent('b', 'b')];
  const { kits } = summaryOf(startEvent, kitEvent(1), kitEvent(2, { bytes: 200, bytesHashed: 100, layers }));
  assert.deepEqual(totalsOf(kits), { kits: 2, bytes: 300, saved: 100, rebuilt: 2, reused: 1 });
});

test('metrics run over steps that grow, else over kits', () => {
  const measured = (count: number, step: number | null) => kitEvent(count, { step, metrics: { loss: 1 / count } });
  assert.deepEqual(seriesOf(summaryOf(startEvent, measured(1, 10), kitEvent(2), measured(4, 20)).kits), [
    { metric: 'loss', by: 'step', x: [10, 20], y: [1, 0.25] },
  ]);
  assert.deepEqual(seriesOf(summaryOf(startEvent, measured(1, 10), measured(2, 10)).kits), [
    { metric: 'loss', by: 'kit', x: [1, 2], y: [1, 0.5] },
  ]);
});

test('what is no finite number is in no plot', () => {
  const { kits } = summaryOf(
    kitEvent(1, { metrics: { loss: 1 } }),
    kitEvent(2, { metrics: { loss: 'NaN', grad: 'Infinity' } }),
  );
  assert.deepEqual(seriesOf(kits), [{ metric: 'loss', by: 'kit', x: [1], y: [1] }]);
});
