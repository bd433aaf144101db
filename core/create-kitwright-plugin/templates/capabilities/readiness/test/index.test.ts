import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createKitwright } from '@kitwright/core';
import type { ReadinessFile } from '@kitwright/core/plugin';
import { testReadiness } from '@kitwright/testkit';
import plugin from '../src/index.ts';

const { capabilities } = createKitwright({ plugins: [plugin()], threads: 1 });
const format = capabilities.get('readiness', 'my-plugin');

/** Two images of 2 by 3 bytes. */
const complete = Buffer.from([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3, ...Buffer.alloc(12, 7)]);

test('files are known by their names', () => {
  for (const name of ['train-images-idx3-ubyte', 'labels.idx']) assert.equal(format.matches(name), true, name);
  for (const name of ['idx.py', 'model.bin']) assert.equal(format.matches(name), false, name);
});

describe('every rule for checks of readiness', () =>
  testReadiness(test, () => ({
    readiness: format,
    complete: [{ name: 'train-images-idx3-ubyte', bytes: complete }],
    others: ['idx.py', 'model.bin'],
  })));

for (const bytes of [
  [0x50, 0x4b, 3, 4],
  [0, 0, 7, 1, 0, 0, 0, 0],
  [0, 1, 8, 1],
])
  test(`no IDX file: ${bytes}`, () => {
    assert.equal(format.check(fileOf(Buffer.from(bytes))).state, 'broken');
  });

test('a header that promises too much is not believed, and reads nothing', () => {
  const header = Buffer.from([0, 0, 14, 255, ...Buffer.alloc(4 * 255, 255)]);
  assert.equal(format.check(fileOf(header)).state, 'not-yet');
});

function fileOf(bytes: Buffer): ReadinessFile {
  const read = (offset: number, length: number) => bytes.subarray(offset, offset + length);
  return { path: '/a.idx', size: bytes.length, read, sizeOf: () => undefined };
}
