import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createQuietTimes, type Written } from './QuietTimes.ts';

const written = (changed: number, size = changed, ino = 1n): Written => ({ ino, size, changed });

test('a growing file needs twice the longest pause of its writer, at least what is asked for, at most half a minute', () => {
  const quietTimes = createQuietTimes();
  assert.deepEqual(quietTimes.note('w', written(1_000), 300), { needed: 300, since: 1_000 });
  assert.equal(quietTimes.note('w', written(1_000), 300).needed, 300, 'nothing was written');
  assert.equal(quietTimes.note('w', written(5_000), 300).needed, 8_000);
  assert.equal(quietTimes.note('w', written(5_100), 300).needed, 8_000, 'the longest counts');
  assert.deepEqual(quietTimes.note('w', written(95_000), 300), { needed: 30_000, since: 1_000 });
  assert.equal(quietTimes.note('v', written(95_000), 300).needed, 300, 'each file has its own');
  quietTimes.forget('w');
  assert.deepEqual(quietTimes.note('w', written(100_000), 300), { needed: 300, since: 100_000 });
});

test('a file that is replaced, cut or written over does not wait for its next version', () => {
  for (const next of [written(5_000, 2_000, 2n), written(5_000, 10), written(5_000, 1_000)]) {
    const quietTimes = createQuietTimes();
    quietTimes.note('w', written(1_000), 300);
    assert.equal(quietTimes.note('w', next, 300).needed, 300, String(next.size));
  }
});
