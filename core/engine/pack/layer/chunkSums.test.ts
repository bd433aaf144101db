import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hashBytes } from '../../store/LayerSnapshot.ts';
import { chunkSums } from './chunkSums.ts';
import type { Previous } from './ManyWork.ts';
import type { StoredRows } from './storedUnits.ts';

/** Three chunks of two rows, with the sums 1, 2 and 3. */
const chunks = Uint32Array.of(0, 2, 4, 6);
const sums = Uint8Array.from({ length: 3 * hashBytes }, (_, at) => 1 + Math.floor(at / hashBytes));

function found(rows: readonly number[], now = chunks, changes: Partial<Pick<StoredRows, 'sources' | 'bare'>> = {}) {
  const previous = { rows: Int32Array.from(rows), columns: { sums } } as unknown as Previous;
  const stored = { sources: new Int32Array(rows.length), bare: new Uint8Array(rows.length), chunks, ...changes };
  const known = chunkSums({ previous }, { chunks: now }, stored as unknown as StoredRows);
  return Array.from({ length: now.length - 1 }, (_, chunk) => known[chunk * hashBytes]);
}

test('chunks that are as they were have their sums', () => {
  assert.deepEqual(found([0, 1, 2, 3, 4, 5]), [1, 2, 3]);
});

test('one of which a row changed, or has no header in the store, has none', () => {
  assert.deepEqual(found([0, 1, 2, 3, 4, 5], chunks, { sources: Int32Array.of(0, 0, 0, -1, 0, 0) }), [1, 0, 3]);
  assert.deepEqual(found([0, 1, 2, 3, 4, 5], chunks, { bare: Uint8Array.of(0, 1, 0, 0, 0, 0) }), [0, 2, 3]);
});

test('where files came or went, those behind keep their sums if they begin and end with the same files', () => {
  assert.deepEqual(found([-1, 0, 1, 2, 3, 4, 5], Uint32Array.of(0, 3, 5, 7)), [0, 2, 3]);
  assert.deepEqual(found([0, 2, 3, 4, 5], Uint32Array.of(0, 2, 4, 5)), [0, 0, 0]);
  assert.deepEqual(found([0, 1, 3, 2, 4, 5]), [1, 0, 3]);
});
