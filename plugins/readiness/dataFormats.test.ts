import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Readiness } from '@kitwright/core/plugin';
import { hdf5 } from './hdf5.ts';
import { json } from './json.ts';
import { npy } from './npy.ts';
import { parquet } from './parquet.ts';
import { pickle } from './pickle.ts';
import { tarball } from './tarball.ts';

const stateOf = (readiness: Readiness, bytes: Buffer, path = 'x') =>
  readiness.check({
    path,
    size: bytes.length,
    read: (offset, length) => bytes.subarray(offset, offset + length),
    sizeOf: () => undefined,
  }).state;

const latin1 = (text: string) => Buffer.from(text, 'latin1');
const u32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};

const npyOf = (header: string, data: number, major = 1) => {
  const length = major === 1 ? u32(header.length).subarray(0, 2) : u32(header.length);
  return Buffer.concat([
    latin1(`\x93NUMPY${String.fromCharCode(major)}\0`),
    length,
    latin1(header),
    Buffer.alloc(data, 7),
  ]);
};

/** A superblock of version 0 or 2 whose end address is `end`. */
const hdf5Of = (version: 0 | 2, end: number, size: number, flags = 0) => {
  const bytes = Buffer.alloc(size, 7);
  latin1('\x89HDF\r\n\x1a\n').copy(bytes);
  bytes[8] = version;
  bytes[version === 0 ? 13 : 9] = 8;
  if (version === 2) bytes[11] = flags;
  bytes.writeBigUInt64LE(BigInt(end), version === 0 ? 40 : 28);
  return bytes;
};

const tarOf = () => {
  const header = Buffer.alloc(512);
  header.write('name');
  header.write('ustar', 257);
  return Buffer.concat([header, Buffer.alloc(512, 7), Buffer.alloc(1024)]);
};

const formats: readonly (readonly [what: string, Readiness, whole: Buffer])[] = [
  ['an npy file', npy, npyOf("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }\n", 24)],
  ['an npy file of version 2', npy, npyOf("{'descr': '<U2', 'fortran_order': False, 'shape': (3,), }\n", 24, 2)],
  ['an npy file of one number', npy, npyOf("{'descr': '|i1', 'fortran_order': False, 'shape': (), }\n", 1)],
  ['an HDF5 file of an old version', hdf5, hdf5Of(0, 200, 200)],
  ['an HDF5 file of a new version', hdf5, hdf5Of(2, 200, 200)],
  ['a parquet file', parquet, Buffer.concat([latin1('PAR1'), Buffer.alloc(50, 7), u32(20), latin1('PAR1')])],
  ['a tar', tarball, tarOf()],
  ['a pickle', pickle, latin1('\x80\x04\x95abcdef.')],
];

for (const [what, format, whole] of formats)
  test(`${what} is recognised by its beginning, and complete only with its last byte`, () => {
    assert.equal(format.recognises?.(whole.subarray(0, 512)), true);
    for (let length = 0; length < whole.length; length++)
      assert.equal(stateOf(format, whole.subarray(0, length)), 'not-yet', `${length} bytes`);
    assert.equal(stateOf(format, whole), 'ready');
  });

test('an HDF5 file that is open for writing, or whose end address is older than its data, is not complete', () => {
  assert.equal(stateOf(hdf5, hdf5Of(2, 200, 200, 1)), 'not-yet');
  assert.equal(stateOf(hdf5, hdf5Of(0, 96, 200)), 'not-yet');
});

test('arrays of Python objects, of records, and several in one file are complete in any size', () => {
  for (const header of ["{'descr': '|O', 'shape': (2,), }", "{'descr': [('x', '<f4')], 'shape': (2,), }"])
    assert.equal(stateOf(npy, npyOf(header, 3)), 'ready');
  assert.equal(stateOf(npy, npyOf("{'descr': '<f4', 'shape': (1,), }", 4000)), 'ready');
});

test('the old format of torch is no pickle: raw bytes follow its last one', () => {
  const old = latin1('\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.\x80\x02M\xe9\x03.');
  assert.equal(pickle.recognises?.(old), false);
});

test('JSON is complete when all that it opens is closed, outside of strings', () => {
  const whole = latin1('{"a": [1, {"b": "x}]\\""}], "loss": NaN}\n');
  const end = whole.length - 1;
  for (let length = 0; length < end; length++)
    assert.equal(stateOf(json, whole.subarray(0, length)), 'not-yet', `${length} bytes`);
  assert.equal(stateOf(json, whole.subarray(0, end)), 'ready');
  assert.equal(stateOf(json, whole), 'ready');
});

test('JSON that is no object, that has comments, or that is large is believed by its end', () => {
  for (const text of ['1.5', 'null', '"text', '// x\n{"a": {', '{ "a": 1, // open {\n'])
    assert.equal(stateOf(json, latin1(text)), 'ready', text);
  const large = Buffer.alloc(2 * 1024 * 1024, ' ');
  large.write('[');
  assert.equal(stateOf(json, large), 'not-yet');
  large.write(']', large.length - 2);
  assert.equal(stateOf(json, large), 'ready');
});

test('UBJSON of XGBoost ends with the bracket that closes its object', () => {
  assert.equal(stateOf(json, latin1('{L\0\0"\0'), 'm.ubj'), 'not-yet');
  assert.equal(stateOf(json, latin1('{L\0\0"\0}'), 'm.ubj'), 'ready');
});
