import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gguf } from './gguf.ts';
import { safetensors } from './safetensors.ts';
import { torchTensors } from './torchTensors.ts';

const fileOf = (bytes: Buffer) => ({
  size: bytes.length,
  read: (offset: number, length: number) => bytes.subarray(offset, offset + length),
});

const number = (value: number, length: number): Buffer => {
  const bytes = Buffer.alloc(length);
  bytes.writeUIntLE(value, 0, Math.min(length, 6));
  return bytes;
};

/** A ZIP of one stored file. */
const zipOf = (name: string, data: Buffer): Buffer => {
  const sizes = [Buffer.alloc(12), number(data.length, 4), number(data.length, 4), number(name.length, 4)];
  const local = Buffer.concat([Buffer.from('PK\x03\x04\x14\0'), ...sizes, Buffer.from(name), data]);
  const entry = Buffer.concat([Buffer.from('PK\x01\x02\x14\0\x14\0'), ...sizes, Buffer.alloc(14), Buffer.from(name)]);
  const counts = [number(0, 4), number(1, 2), number(1, 2), number(entry.length, 4), number(local.length, 4)];
  return Buffer.concat([local, entry, Buffer.from('PK\x05\x06'), ...counts, number(0, 2)]);
};

/** Operations of a pickle: their codes, numbers and letters. */
const pickle = (...parts: readonly (string | Buffer)[]) =>
  fileOf(zipOf('a/data.pkl', Buffer.concat(parts.map((part) => Buffer.from(part as string, 'latin1')))));

const word = (text: string) => `X${number(text.length, 4).toString('latin1')}${text}`;
const rebuild = 'ctorch._utils\n_rebuild_tensor_v2\n';

/** The arguments of a tensor of one dimension. */
const argumentsOf = (className: string, shape = 'K\x01\x85') =>
  `((${word('storage')}ctorch\n${className}\n${word('0')}${word('cpu')}K\x01tQK\0${shape}${shape}t`;

/** A dictionary whose tensors `0`, `1`, ... are made with the same arguments. */
const tensors = (count: number, args: string) => {
  const one = (name: number) => `${word(String(name))}h\0h\x01R`;
  return `${rebuild}q\x000${args}q\x010}(${Array.from({ length: count }, (_, i) => one(i)).join('')}u`;
};

test('a dictionary of tensors, as the other tests bend it, is read', () => {
  const found = torchTensors(pickle('\x80\x02', tensors(3, argumentsOf('FloatStorage')), '.')) ?? assert.fail();
  assert.deepEqual(
    found.map(({ name, dtype, shape }) => [name, dtype, shape]),
    ['0', '1', '2'].map((name) => [name, 'F32', [1]]),
  );
});

test('a tensor that is made of itself is refused', () => {
  const call = `${rebuild}]q\0Rq\x010`;
  const intoItsArguments = 'h\0h\x01a0';
  assert.equal(torchTensors(pickle('\x80\x02', call, intoItsArguments, 'h\x01.')), undefined);
});

test('a text or a shape that is long is not taken once for each tensor that names it', () => {
  const long = `\x80\x02}${word('k'.repeat(1_000_000))}${tensors(10_000, argumentsOf('FloatStorage'))}s.`;
  assert.equal(torchTensors(pickle(long)), undefined);
  const wide = argumentsOf('FloatStorage', `(${'K\x01'.repeat(50_000)}t`);
  assert.equal(torchTensors(pickle('\x80\x02', tensors(10_000, wide), '.')), undefined);
});

test('a class with the name of something that every object has is a dtype like any other', () => {
  const [found] = torchTensors(pickle('\x80\x02', tensors(1, argumentsOf('constructor')), '.')) ?? [];
  assert.deepEqual([found?.dtype, found?.bytes], ['constructor', undefined]);
});

test('a shape of safetensors whose product is huge is refused at once', () => {
  const shape = Array(400_000).fill(Number.MAX_SAFE_INTEGER);
  for (const huge of [shape, shape.map((length) => -length)]) {
    const header = Buffer.from(JSON.stringify({ w: { dtype: 'U8', shape: huge, data_offsets: [0, 0] } }));
    const file = fileOf(Buffer.concat([number(header.length, 8), header]));
    assert.equal(safetensors.tensors?.(file), undefined);
  }
});

test('values of a big-endian GGUF are not taken for little endian', () => {
  const big = (value: number, length: number) => number(value, length).reverse();
  const table = [
    big(3, 4),
    big(1, 8),
    big(0, 8),
    big(1, 8),
    Buffer.from('w'),
    big(1, 4),
    big(1, 8),
    big(0, 4),
    big(0, 8),
  ];
  const header = Buffer.concat([Buffer.from('GGUF'), ...table]);
  const file = fileOf(Buffer.concat([header, Buffer.alloc(64 - header.length), Buffer.alloc(4)]));
  assert.deepEqual(
    gguf.tensors?.(file)?.map(({ dtype }) => dtype),
    ['F32 big-endian'],
  );
});

test('a text that is there once does not become the name of each call', { timeout: 20_000 }, () => {
  const calls = 'h\0h\0\x93)Ra'.repeat(4000);
  assert.equal(torchTensors(pickle('\x80\x04', word('a'.repeat(500_000)), `q\x000]${calls}.`)), undefined);
});
