import assert from 'node:assert/strict';
import { test } from 'node:test';
import { maxExpandedSize } from './layerLimits.ts';

test('what gzip makes of zeros may be unpacked, whatever its size', () => {
  for (const plain of [1, 1024 ** 3, 1024 ** 4]) assert.ok(plain <= maxExpandedSize(Math.ceil(plain / 1032)));
});

test('what expands further is not', () => assert.ok(maxExpandedSize(1000) < 1024 ** 3 + 2_000_000));
