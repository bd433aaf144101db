import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareKits } from './compareKits.ts';
import { addEvent, emptySummary } from './Summary.ts';
import { kitEvent, layerEvent, startEvent } from './testing/events.ts';

const { kits } = [
  startEvent,
  kitEvent(1, { metrics: { loss: 2 }, layers: [layerEvent('model', 'a'), layerEvent('old', 'c')] }),
  kitEvent(2, { layers: [layerEvent('model', 'b', { changed: ['model/2'] })] }),
  kitEvent(3, {
    metrics: { loss: 1 },
    layers: [layerEvent('model', 'd', { changed: ['model/3'] }), layerEvent('new', 'e')],
  }),
].reduce(addEvent, emptySummary);

test('layers are same, changed, added or removed, and name what changed in between', () => {
  const found = compareKits(kits, 0, 2).layers.map(({ path, state, changed }) => [path, state, changed]);
  assert.deepEqual(found, [
    ['model', 'changed', ['model/2', 'model/3']],
    ['old', 'removed', []],
    ['new', 'added', []],
  ]);
});

test('a kit does not differ from itself', () => {
  assert.ok(compareKits(kits, 1, 1).layers.every(({ state, changed }) => state === 'same' && changed.length === 0));
});

test('metrics of both are beside each other', () => {
  assert.deepEqual(compareKits(kits, 0, 2).metrics, [{ metric: 'loss', before: 2, after: 1 }]);
  assert.deepEqual(compareKits(kits, 0, 1).metrics, [{ metric: 'loss', before: 2, after: undefined }]);
});
