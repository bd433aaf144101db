import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  holdTimeOf,
  learnQuietTimes,
  packedAt,
  type QuietTimes,
  quietTimeOf,
  type Writing,
  type Written,
} from './QuietTimes.ts';

const written = (changed: number, size = changed, ino = 1n): Written => ({ ino, size, changed });

/** What is known of the file `w` after scans that saw it so. */
const after = (...scans: readonly Written[]) =>
  scans.reduce<QuietTimes>((known, seen) => learnQuietTimes(known, [['w', seen]]), new Map()).get('w');

test('the quiet time of a growing file is twice the longest pause of its writer, at least the given time, at most half a minute', () => {
  const scans = [1_000, 1_000, 5_000, 5_100, 95_000].map((changed) => written(changed));
  const times = scans.map((_, i) => quietTimeOf(after(...scans.slice(0, i + 1)), 300));
  assert.deepEqual(times, [300, 300, 8_000, 8_000, 30_000], 'nothing was written; the longest pause decides');
  assert.equal(after(...scans)?.since, 1_000);
});

test('each file has its own quiet time, which is reset when the file is packed or removed', () => {
  const known = learnQuietTimes(
    new Map([['w', { ...written(1_000), since: 1_000, pause: 4_000, grows: true, packed: 0 }]]),
    [['v', written(5_000)]],
  );
  assert.deepEqual([...known.keys()], ['v']);
  assert.equal(quietTimeOf(known.get('v'), 300), 300);
  assert.equal(learnQuietTimes(known, [['w', written(6_000)]]).get('w')?.since, 6_000);
});

test('a file that is replaced, truncated or overwritten does not wait for its next version', () => {
  for (const next of [written(5_000, 2_000, 2n), written(5_000, 10), written(5_000, 1_000)])
    assert.equal(quietTimeOf(after(written(1_000), next), 300), 300, String(next.size));
});

test('a file that was seen to change twice grows only, or it does not; that it does not is never forgotten', () => {
  assert.equal(after(written(1_000), written(1_000))?.grows, undefined);
  assert.equal(after(written(1_000), written(2_000))?.grows, true);
  assert.equal(after(written(1_000), written(2_000, 500))?.grows, false, 'it became shorter');
  assert.equal(after(written(1_000), written(2_000, 2_000, 2n))?.grows, false, 'it is another file');
  assert.equal(after(written(1_000), written(2_000, 500), written(3_000))?.grows, false);
});

test('the hold time is ten seconds or three quiet times, doubles with each kit, and is ten minutes at most', () => {
  const known = after(written(1_000)) as Writing;
  assert.deepEqual([holdTimeOf(known, 300), holdTimeOf(known, 5_000)], [10_000, 15_000]);
  const [once, often] = [packedAt(known, 9_000), { ...known, packed: 30 }];
  assert.deepEqual([once.since, holdTimeOf(once, 300), holdTimeOf(often, 300)], [9_000, 20_000, 600_000]);
});
