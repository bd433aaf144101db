import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { KitwrightError } from '../errors/KitwrightError.ts';
import { blockSize } from './tarHeader.ts';
import { tarIndex } from './tarIndex.ts';
import { anyTar } from './testing/anyTar.ts';

test('any tar is listed within its bytes or refused, in a bounded number of reads', () =>
  fc.assert(
    fc.property(anyTar, (bytes) => {
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
