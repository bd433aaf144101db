import assert from 'node:assert/strict';
import { test } from 'node:test';
import { byteSize } from './byteSize.ts';

for (const [text, bytes] of [
  ['4GiB', 4 * 1024 ** 3],
  ['4G', 4 * 1024 ** 3],
  ['700MB', 700_000_000],
  ['1kib', 1024],
  ['512', 512],
  ['512B', 512],
] as const)
  test(`${text} is ${bytes} bytes`, () => assert.equal(byteSize(text), bytes));

for (const text of ['', '0', '-1', '4X', '1.5G', '99999999TiB', 'GiB'])
  test(`${JSON.stringify(text)} is no size`, () => assert.throws(() => byteSize(text), /It is a size/));
