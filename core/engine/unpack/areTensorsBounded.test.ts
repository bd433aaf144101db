import assert from 'node:assert/strict';
import { test } from 'node:test';
import { areTensorsBounded } from './areTensorsBounded.ts';

const tensor = (offset: number, size: number) => ({ name: 'w', dtype: 'U8', shape: [size], bytes: { offset, size } });

test('tensors lie inside the file', () => {
  assert.ok(areTensorsBounded([tensor(0, 4), tensor(4, 4)], 8));
  assert.ok(areTensorsBounded([{ ...tensor(0, 4), bytes: undefined }], 0));
  for (const [offset, size] of [
    [5, 4],
    [-1, 4],
    [0, Number.NaN],
    [0, Number.POSITIVE_INFINITY],
  ] as const)
    assert.ok(!areTensorsBounded([tensor(offset, size)], 8), `${offset} ${size}`);
});

test('tensors may share bytes, but not so many that a small file takes long to compare', () => {
  const shared = (count: number) => Array.from({ length: count }, () => tensor(0, 8));
  assert.ok(areTensorsBounded(shared(16), 8));
  assert.ok(!areTensorsBounded(shared(17), 8));
});

test('no more than 100,000 tensors are compared', () => {
  const empty = (count: number) => Array.from({ length: count }, () => tensor(0, 0));
  assert.ok(areTensorsBounded(empty(100_000), 8));
  assert.ok(!areTensorsBounded(empty(100_001), 8));
});
