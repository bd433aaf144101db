import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRecipeReader } from '../layers/recipeReader.ts';
import { compareTensors, type TensorFile } from './compareTensors.ts';

const { signal } = new AbortController();

/** A file of one tensor `w`, which begins at the fourth byte of its layer. */
const fileOf = (dtype: string, values: ArrayBufferView, hasBytes = true): TensorFile => {
  const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  return {
    tensors: [{ name: 'w', dtype, shape: [1], bytes: hasBytes ? { offset: 0, size: bytes.length } : undefined }],
    reader: createRecipeReader([{ kind: 'inline', bytes: Buffer.concat([Buffer.alloc(3), bytes]) }]),
    start: 3,
  };
};

const compare = async (first: TensorFile, second: TensorFile) =>
  (await compareTensors(first, second, signal)).changes[0];

test('the norm of the change, of each plain dtype: |(0, 5)| / |(3, 4)|', async () => {
  const cases: Readonly<Record<string, readonly [ArrayBufferView, ArrayBufferView]>> = {
    F64: [Float64Array.of(3, 4), Float64Array.of(3, 9)],
    F32: [Float32Array.of(3, 4), Float32Array.of(3, 9)],
    F16: [Uint16Array.of(0x4200, 0x4400), Uint16Array.of(0x4200, 0x4880)],
    BF16: [Uint16Array.of(0x4040, 0x4080), Uint16Array.of(0x4040, 0x4110)],
    I64: [BigInt64Array.of(3n, -4n), BigInt64Array.of(3n, 1n)],
    U64: [BigUint64Array.of(3n, 4n), BigUint64Array.of(3n, 9n)],
    I32: [Int32Array.of(3, -4), Int32Array.of(3, 1)],
    U32: [Uint32Array.of(3, 4), Uint32Array.of(3, 9)],
    I16: [Int16Array.of(3, -4), Int16Array.of(3, 1)],
    U16: [Uint16Array.of(3, 4), Uint16Array.of(3, 9)],
    I8: [Int8Array.of(3, -4), Int8Array.of(3, 1)],
    U8: [Uint8Array.of(3, 4), Uint8Array.of(3, 9)],
  };
  for (const [dtype, [before, after]] of Object.entries(cases)) {
    assert.equal((await compare(fileOf(dtype, before), fileOf(dtype, after)))?.norm, 1, dtype);
    assert.equal(await compare(fileOf(dtype, before), fileOf(dtype, before)), undefined, dtype);
  }
});

test('values of every block count', async () => {
  const before = new Float32Array(600_000).fill(2);
  const after = before.with(599_999, 2 + 2 * Math.sqrt(600_000));
  const norm = (await compare(fileOf('F32', before), fileOf('F32', after)))?.norm ?? assert.fail();
  assert.ok(Math.abs(norm - 1) < 1e-6, String(norm));
});

test('values of other dtypes have no norm, and of what was zero an infinite one', async () => {
  const [zero, one] = [Float32Array.of(0), Float32Array.of(1)];
  const { change, norm } = (await compare(fileOf('Q8_0', zero), fileOf('Q8_0', one))) ?? assert.fail();
  assert.deepEqual([change, norm], ['changed', undefined]);
  assert.equal((await compare(fileOf('F32 big-endian', zero), fileOf('F32 big-endian', one)))?.norm, undefined);
  assert.equal((await compare(fileOf('F32', zero), fileOf('F32', one)))?.norm, Number.POSITIVE_INFINITY);
});

test('whether a tensor changed is unknown where its bytes are', async () => {
  const values = Float32Array.of(1);
  assert.equal((await compare(fileOf('F32', values, false), fileOf('F32', values)))?.change, 'unknown');
});

test('a signal is heard while the bytes of one tensor are compared', async () => {
  const values = new Float32Array(5_000_000);
  const stop = new AbortController();
  const compared = compareTensors(fileOf('F32', values), fileOf('F32', values), stop.signal);
  setImmediate(() => stop.abort(new Error('stopped')));
  await assert.rejects(compared, { message: 'stopped' });
});
