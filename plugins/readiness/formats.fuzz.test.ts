import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { gguf } from './gguf.ts';
import { hdf5 } from './hdf5.ts';
import { json } from './json.ts';
import { npy } from './npy.ts';
import { onnx } from './onnx.ts';
import { parquet } from './parquet.ts';
import { pickle } from './pickle.ts';
import { safetensors } from './safetensors.ts';
import { tarball } from './tarball.ts';
import { zip } from './zip.ts';

const start = fc.constantFrom(
  '',
  'GGUF\x03\0\0\0',
  'PK\x05\x06',
  'PK\x01\x02',
  '\x10\0\0\0\0\0\0\0{}',
  '\x08\x07',
  '\x89HDF\r\n\x1a\n',
  '\x93NUMPY\x01\0',
  'PAR1',
  '\x80\x04',
  '{"a":[',
);
const bytes = fc
  .tuple(start, fc.uint8Array({ maxLength: 400 }))
  .map(([text, rest]) => Buffer.concat([Buffer.from(text, 'latin1'), rest]));

for (const readiness of [gguf, hdf5, json, npy, onnx, parquet, pickle, safetensors, tarball, zip])
  test(`${readiness.id} answers for any bytes, with a bounded number of reads`, () =>
    fc.assert(
      fc.property(bytes, (file) => {
        let reads = 0;
        const read = (offset: number, length: number): Buffer => {
          assert.ok(++reads < 2000);
          return file.subarray(offset, offset + length);
        };
        const { state } = readiness.check({ path: 'x', size: file.length, read, sizeOf: () => undefined });
        assert.ok(['ready', 'not-yet', 'broken'].includes(state), state);
      }),
    ));
