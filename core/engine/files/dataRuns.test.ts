import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dataRuns, holeBytes } from './dataRuns.ts';

/** Blocks of the size of a hole; those that are named hold something. */
const blocks = (count: number, ...filled: readonly number[]) => {
  const bytes = Buffer.alloc(count * holeBytes);
  for (const block of filled) bytes[(block + 1) * holeBytes - 1] = 1;
  return bytes;
};

const units = (bytes: Uint8Array, offset: number) =>
  dataRuns(bytes, offset).map(([from, to]) => [from / holeBytes, to / holeBytes]);

test('long runs of zeros are left out, and what lies beside each other is one part', () => {
  assert.deepEqual(units(blocks(6, 1, 2, 4), 3 * holeBytes), [
    [1, 3],
    [4, 5],
  ]);
  assert.deepEqual(units(blocks(3), 3 * holeBytes), []);
});

test('the beginning of a file is written, and what fills no whole unit of the file', () => {
  assert.deepEqual(units(blocks(2), 0), [[0, 1]]);
  assert.deepEqual(dataRuns(Buffer.alloc(2 * holeBytes), holeBytes + 10), [
    [0, holeBytes - 10],
    [2 * holeBytes - 10, 2 * holeBytes],
  ]);
  assert.deepEqual(dataRuns(Buffer.alloc(0), 5), []);
});
