import assert from 'node:assert/strict';
import { test } from 'node:test';
import { joinBytes, passingBytes, passingSize } from './passingBytes.ts';

const MiB = 1024 ** 2;

test('what is small is as large as it was asked for, what is large is larger than what is kept', () => {
  assert.deepEqual([0, 1, 1000].map(passingSize), [0, 1, 1000]);
  for (const bytes of [MiB, 20 * MiB, 32 * MiB]) assert.ok(passingSize(bytes) > 32 * MiB);
  assert.equal(passingSize(100 * MiB), 100 * MiB);
});

test('the bytes are as many as were asked for, and zero', () => {
  for (const bytes of [0, 3, 2 * MiB]) {
    const given = passingBytes(bytes);
    assert.equal(given.byteLength, bytes);
    assert.ok(given.every((byte) => byte === 0));
  }
});

test('parts are joined in their order', () => {
  const parts = [Buffer.from('ab'), new Uint8Array(0), Buffer.alloc(2 * MiB, 'c'), Buffer.from('d')];
  assert.ok(Buffer.from(joinBytes(parts)).equals(Buffer.concat(parts)));
});
