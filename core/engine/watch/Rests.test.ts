import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRests } from './Rests.ts';

test('a file needs twice the longest pause of its writer, at least what is asked for, at most half a minute', () => {
  const rests = createRests();
  assert.deepEqual(rests.note('w', 1_000, 300), { needed: 300, since: 1_000 });
  assert.equal(rests.note('w', 1_000, 300).needed, 300, 'nothing was written');
  assert.equal(rests.note('w', 5_000, 300).needed, 8_000);
  assert.equal(rests.note('w', 5_100, 300).needed, 8_000, 'the longest counts');
  assert.deepEqual(rests.note('w', 95_000, 300), { needed: 30_000, since: 1_000 });
  assert.equal(rests.note('v', 95_000, 300).needed, 300, 'each file has its own');
  rests.forget('w');
  assert.deepEqual(rests.note('w', 100_000, 300), { needed: 300, since: 100_000 });
});
