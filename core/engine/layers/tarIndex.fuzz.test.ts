import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { KitwrightError } from '../errors/KitwrightError.ts';
import { blockSize, tarEnd } from './tarHeader.ts';
import { tarIndex } from './tarIndex.ts';
import { rawEntry, withChecksum } from './testing/rawTar.ts';

const record = fc
  .tuple(fc.nat(40), fc.constantFrom('path', 'size', 'comment', ''), fc.string({ maxLength: 12 }))
  .map(([length, key, value]) => `${length} ${key}=${value}\n`);
const entry = fc
  .tuple(
    fc.string({ maxLength: 20 }),
    fc.string({ maxLength: 700 }),
    fc.constantFrom('0', '5', 'x', 'g', 'L', '\0', '2'),
  )
  .map(([path, content, flag]) => rawEntry(path, content, flag));
const part = fc.oneof(
  entry,
  record.map((text) => rawEntry('p', text, 'x')),
  fc.constant(tarEnd()),
);
/** Bytes that are changed, at places of headers; the checksum is put right again, so that they are looked at. */
const changes = fc.array(fc.tuple(fc.nat(20), fc.nat(blockSize - 1), fc.nat(255)), { maxLength: 4 });

test('any tar is listed within its bytes or refused, in a bounded number of reads', () =>
  fc.assert(
    fc.property(fc.array(part, { maxLength: 8 }), changes, (parts, changed) => {
      const bytes = Buffer.concat(parts);
      for (const [block, at, value] of changed) {
        const header = bytes.subarray(block * blockSize, (block + 1) * blockSize);
        if (header.byteLength < blockSize) continue;
        header[at] = value;
        withChecksum(header);
      }
      let reads = 0;
      try {
        for (const { offset, size } of tarIndex((start, length) => {
          assert.ok(++reads <= 2 * (bytes.byteLength / blockSize + 1));
          return bytes.subarray(start, start + length);
        }, bytes.byteLength))
          assert.ok(offset + size <= bytes.byteLength);
      } catch (error) {
        assert.ok(error instanceof KitwrightError, String(error));
      }
    }),
  ));
