import assert from 'node:assert/strict';
import { randomFillSync } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { throughTransform } from '../../test/support/throughTransform.ts';
import { createParallelGzip } from './createParallelGzip.ts';
import { createParallelZstd } from './createParallelZstd.ts';

const MiB = 1024 * 1024;
const bytes = Buffer.concat([Buffer.alloc(MiB + 77, 'a line of text\n'), randomFillSync(Buffer.alloc(MiB))]);

for (const [name, create] of Object.entries({ gzip: () => createParallelGzip(6), zstd: createParallelZstd }))
  test(`the bytes of ${name} do not depend on how the input comes`, async () => {
    const whole = await throughTransform(create(), bytes);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1000, max: 2 * MiB }), async (chunk) => {
        assert.ok((await throughTransform(create(), bytes, chunk)).equals(whole));
      }),
      { numRuns: 8 },
    );
  });
