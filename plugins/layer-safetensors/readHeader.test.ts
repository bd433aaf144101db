import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LayerBytes } from '@kitwright/core/plugin';
import { diffTensors } from './diffTensors.ts';
import { readHeader } from './readHeader.ts';

const layerOf = (bytes: Buffer): LayerBytes => ({
  path: 'm.safetensors',
  mediaType: '',
  annotations: {},
  size: bytes.length,
  read: async (start, end) => bytes.subarray(start, end),
});

/** A file with this header and so many bytes of data. */
const file = (header: object | string, data: Buffer = Buffer.alloc(0)): LayerBytes => {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return layerOf(Buffer.concat([length, json, data]));
};

const f32 = (shape: readonly number[], start: number, end: number) => ({
  dtype: 'F32',
  shape,
  data_offsets: [start, end],
});

test('tensors are listed in the order of their bytes', async () => {
  const { tensors } = await readHeader(
    file({ __metadata__: { format: 'pt' }, b: f32([1], 4, 8), a: f32([1], 0, 4) }, Buffer.alloc(8)),
  );
  assert.deepEqual(
    tensors.map(({ name, shape }) => [name, shape]),
    [
      ['a', [1]],
      ['b', [1]],
    ],
  );
});

const malformed: Readonly<Record<string, LayerBytes>> = {
  'too short': layerOf(Buffer.alloc(7)),
  'a header larger than the file': layerOf(Buffer.from([255, 0, 0, 0, 0, 0, 0, 0, 0x7b])),
  'a header of 2^63 bytes': layerOf(Buffer.from([0, 0, 0, 0, 0, 0, 0, 0x80, 0x7b])),
  'no JSON': file('{"a"'),
  'no object': file('[]'),
  'no tensor': file({ a: 7 }),
  'offsets backwards': file({ a: f32([1], 4, 0) }, Buffer.alloc(4)),
  'offsets outside': file({ a: f32([1], 0, 4) }),
  'a fraction': file({ a: f32([1], 0, 1.5) }, Buffer.alloc(4)),
  'shared bytes': file({ a: f32([1], 0, 4), b: f32([1], 2, 6) }, Buffer.alloc(8)),
};

for (const [why, layer] of Object.entries(malformed))
  test(`refused: ${why}`, async () => {
    await assert.rejects(readHeader(layer), { name: 'KitwrightError' });
  });

test('a diff tells new, gone, changed and reshaped tensors', async () => {
  const data = Buffer.from([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  const before = file({ same: f32([1], 0, 4), values: f32([1], 4, 8), gone: f32([1], 8, 12) }, data);
  const changed = Buffer.from([1, 2, 3, 4, 5, 6, 7, 9, 9, 10, 11, 12]);
  const after = file({ same: f32([1], 0, 4), values: f32([1], 4, 8), come: f32([1, 1], 8, 12) }, changed);
  assert.deepEqual(await diffTensors(before, after), [
    '1 of 3 tensors are equal',
    '~ values F32 [1] changed',
    '+ come F32 [1, 1]',
    '- gone F32 [1]',
  ]);
  const reshaped = file({ same: f32([1, 1], 0, 4) }, data.subarray(0, 4));
  assert.deepEqual((await diffTensors(before, reshaped))[1], '~ same F32 [1] -> F32 [1, 1]');
});

test('a name that breaks lines is shown in one', async () => {
  const [empty, layer] = [file({}), file({ 'a\n\u001b[31m': f32([1], 0, 4) }, Buffer.alloc(4))];
  assert.deepEqual((await diffTensors(empty, layer))[1], '+ a\\u000a\\u001b[31m F32 [1]');
});
