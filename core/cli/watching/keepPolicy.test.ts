import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type KeptKit, parseKeep, superfluous } from './keepPolicy.ts';

const kits = (...losses: readonly (number | undefined)[]): readonly KeptKit[] =>
  losses.map((loss, i) => ({ tag: `run-${i + 1}`, n: i + 1, metrics: loss === undefined ? {} : { loss } }));
const gone = (keep: string, metric: string | undefined, given: readonly KeptKit[]) =>
  superfluous(given, parseKeep(keep, metric)).map(({ n }) => n);

test('the last kits stay, in any order of the list', () => {
  assert.deepEqual(gone('last=2', undefined, kits(1, 2, 3, 4).toReversed()), [1, 2]);
  assert.deepEqual(gone('last=9', undefined, kits(1, 2)), []);
});

test('the best by a metric stay, where less or more is better; kits without the metric are not among the best', () => {
  const given = kits(5, 1, undefined, 2, 9, 7);
  assert.deepEqual(gone('last=1,best=2', 'loss', given), [1, 3, 5]);
  assert.deepEqual(gone('last=1,best=2', 'max:loss', given), [1, 2, 3, 4]);
  assert.deepEqual(gone('best=1', 'other', given), [1, 2, 3, 4, 5]);
});

test('a kit of a training that diverged is never the best, by any metric', () => {
  const { NaN: nan, POSITIVE_INFINITY: most, NEGATIVE_INFINITY: least } = Number;
  const given = kits(nan, 4, most, least, 3, nan, 5);
  assert.deepEqual(gone('last=1,best=1', 'loss', given), [1, 2, 3, 4, 6]);
  assert.deepEqual(gone('last=1,best=2', 'max:loss', given), [1, 3, 4, 5, 6]);
});

test('with every=N one of every N kits stays', () => {
  assert.deepEqual(gone('every=3', undefined, kits(1, 2, 3, 4, 5, 6, 7)), [1, 2, 4, 5]);
});

test('the newest kit always stays', () => {
  assert.deepEqual(gone('best=1', 'loss', kits(1, 2, 3)), [2]);
});

test('invalid rules are usage errors', () => {
  for (const [keep, metric] of [
    ['last', undefined],
    ['last=0', undefined],
    ['worst=1', undefined],
    ['', undefined],
    ['best=1', undefined],
    ['best=1', 'a b'],
    ['best=1', 'avg:loss'],
  ] as const)
    assert.throws(() => parseKeep(keep, metric), { code: 'usage' }, `${keep} ${metric}`);
});
