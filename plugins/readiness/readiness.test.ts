import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Readiness } from '@kitwright/core/plugin';
import { gguf } from './gguf.ts';
import { onnx } from './onnx.ts';
import { safetensors } from './safetensors.ts';
import { shardedIndex } from './shardedIndex.ts';
import { zip } from './zip.ts';

const answerOf = (readiness: Readiness, bytes: Buffer, beside: Readonly<Record<string, number>> = {}) =>
  readiness.check({
    path: 'x',
    size: bytes.length,
    read: (offset, length) => bytes.subarray(offset, offset + length),
    sizeOf: (name) => beside[name],
  });

const stateOf = (...given: Parameters<typeof answerOf>) => answerOf(...given).state;

const tensorFile = (header: object, data: number): Buffer => {
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, Buffer.alloc(data)]);
};

const whole = tensorFile(
  { a: { dtype: 'F32', shape: [2, 3], data_offsets: [0, 24] }, b: { dtype: 'I8', shape: [4], data_offsets: [24, 28] } },
  28,
);

test('a safetensors file is complete only with its last byte', () => {
  for (let length = 0; length < whole.length; length++)
    assert.equal(stateOf(safetensors, whole.subarray(0, length)), 'not-yet');
  assert.equal(stateOf(safetensors, whole), 'ready');
});

test('a pre-sized safetensors file whose header is still zero is not complete', () => {
  assert.equal(stateOf(safetensors, Buffer.alloc(whole.length)), 'not-yet');
});

test('safetensors that can never become complete are broken', () => {
  assert.equal(stateOf(safetensors, Buffer.concat([whole, Buffer.alloc(1)])), 'broken');
  assert.equal(
    stateOf(safetensors, tensorFile({ a: { dtype: 'F32', shape: [2], data_offsets: [0, 7] } }, 7)),
    'broken',
  );
  assert.equal(
    stateOf(safetensors, tensorFile({ a: { dtype: 'F32', shape: [2], data_offsets: [8, 16] } }, 16)),
    'broken',
  );
  const absurd = Buffer.alloc(16);
  absurd.writeBigUInt64LE(2n ** 60n);
  assert.equal(stateOf(safetensors, absurd), 'broken');
});

test('safetensors that are complete but odd are broken, with the reason', () => {
  const padded = (padding: string): Buffer => {
    const header = Buffer.from(`{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}${padding}`);
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(header.length));
    return Buffer.concat([length, header, Buffer.alloc(8, 1)]);
  };
  assert.equal(stateOf(safetensors, padded('   ')), 'ready');
  assert.deepEqual(answerOf(safetensors, padded('\0\0\0')), {
    state: 'broken',
    reason: 'its header is padded with NUL, not with spaces',
  });
  assert.equal(stateOf(safetensors, padded('\0\0').subarray(0, -1)), 'not-yet', 'a part of its data is missing');
  const half = padded('');
  half.fill(0, 30, 40);
  assert.equal(stateOf(safetensors, half), 'not-yet', 'NUL within the header: it is being written');
  half.fill(0, 30, half.length - 8);
  assert.equal(stateOf(safetensors, half), 'not-yet', 'half of the header, then NUL: it is being written');
});

test('another file named .safetensors is broken, or not complete yet if it is empty', () => {
  assert.equal(stateOf(safetensors, Buffer.from('<!DOCTYPE html><title>Not found</title>')), 'broken');
  assert.equal(stateOf(safetensors, Buffer.from('placeholder')), 'broken');
  for (const format of [safetensors, gguf, onnx, zip].map((one) => [one, stateOf(one, Buffer.alloc(0))] as const))
    assert.equal(format[1], 'not-yet', format[0].id);
});

interface GgufForm {
  readonly version: number;
  readonly bigEndian?: boolean;
}

/** One key and one tensor of 32 bytes. */
const ggufFile = ({ version, bigEndian = false }: GgufForm = { version: 3 }): Buffer => {
  const swapped = (bytes: Buffer) => (bigEndian ? bytes.reverse() : bytes);
  const u32 = (value: number) => swapped(Buffer.from(Uint32Array.of(value).buffer));
  const u64 = (value: number) => swapped(Buffer.from(BigUint64Array.of(BigInt(value)).buffer));
  const count = version === 1 ? u32 : u64;
  const text = (value: string) => Buffer.concat([count(value.length), Buffer.from(value)]);
  const header = Buffer.concat([
    Buffer.from('GGUF'),
    u32(version),
    count(1),
    count(1),
    text('general.name'),
    u32(8),
    text('net'),
  ]);
  const tensor = Buffer.concat([text('w'), u32(1), count(8), u32(0), u64(0)]);
  const padding = Buffer.alloc((32 - ((header.length + tensor.length) % 32)) % 32);
  return Buffer.concat([header, tensor, padding, Buffer.alloc(32)]);
};

for (const form of [
  { version: 1 },
  { version: 2 },
  { version: 3 },
  { version: 3, bigEndian: true },
  { version: 1, bigEndian: true },
])
  test(`GGUF ${JSON.stringify(form)} is complete only with its last tensor`, () => {
    const bytes = ggufFile(form);
    for (let length = 0; length < bytes.length; length++)
      assert.equal(stateOf(gguf, bytes.subarray(0, length)), 'not-yet', String(length));
    assert.equal(stateOf(gguf, bytes), 'ready');
  });

test('an unknown version of GGUF is broken; an empty header is not written yet', () => {
  assert.deepEqual(answerOf(gguf, ggufFile({ version: 9 })), { state: 'broken', reason: 'its version 9 is not known' });
  const sized = Buffer.concat([ggufFile().subarray(0, 8), Buffer.alloc(200)]);
  assert.equal(stateOf(gguf, sized), 'not-yet');
  assert.equal(stateOf(gguf, Buffer.concat([Buffer.from('GGUF'), Buffer.alloc(200)])), 'not-yet');
});

test('a GGUF array of absurd length ends at the end of the file', () => {
  const bytes = ggufFile();
  bytes.writeUInt32LE(9, 44);
  bytes.writeBigUInt64LE(2n ** 62n, 52);
  assert.notEqual(stateOf(gguf, bytes), 'ready');
});

test('a ZIP without its end is not complete; for other files only a quiet time can help', () => {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50);
  const local = Buffer.concat([Buffer.from('PK\x03\x04'), Buffer.alloc(26)]);
  end.writeUInt32LE(local.length, 16);
  assert.equal(stateOf(zip, local), 'not-yet');
  assert.equal(stateOf(zip, Buffer.concat([local, end])), 'ready');
  assert.equal(stateOf(zip, Buffer.from('pickle')), 'ready');
});

test('a sharded index waits for every shard that it names', () => {
  const index = Buffer.from(JSON.stringify({ weight_map: { a: 'm-1.safetensors', b: 'm-2.safetensors' } }));
  assert.equal(stateOf(shardedIndex, index, { 'm-1.safetensors': 1 }), 'not-yet');
  assert.equal(stateOf(shardedIndex, index, { 'm-1.safetensors': 1, 'm-2.safetensors': 1 }), 'ready');
  assert.equal(stateOf(shardedIndex, index.subarray(0, 20)), 'not-yet');
});

/** ModelProto: ir_version, producer_name, a graph of 300 bytes, opset_import. */
const onnxModel = Buffer.concat([
  Buffer.from([0x08, 0x0a, 0x12, 0x04]),
  Buffer.from('test'),
  Buffer.from([0x3a, 0xac, 0x02]),
  Buffer.alloc(300, 1),
  Buffer.from([0x42, 0x02, 0x10, 0x15]),
]);

test('an ONNX model is complete only with its last byte', () => {
  for (let length = 0; length < onnxModel.length; length++)
    assert.equal(stateOf(onnx, onnxModel.subarray(0, length)), 'not-yet', String(length));
  assert.equal(stateOf(onnx, onnxModel), 'ready');
});

test('a pre-sized ONNX file is not complete, and a file that is not protobuf is broken', () => {
  assert.equal(stateOf(onnx, Buffer.alloc(100)), 'not-yet');
  assert.equal(stateOf(onnx, Buffer.concat([onnxModel.subarray(0, 8), Buffer.alloc(100)])), 'not-yet');
  assert.equal(stateOf(onnx, Buffer.from([0x0f, 1, 2, 3])), 'broken');
});
