import assert from 'node:assert/strict';
import { randomFillSync } from 'node:crypto';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { zstdDecompressSync } from 'node:zlib';
import { throughTransform } from '../../test/support/throughTransform.ts';
import { createParallelZstd } from './createParallelZstd.ts';
import { zstdFrames } from './zstdFrames.ts';

const MiB = 1024 * 1024;
const text = (size: number) => Buffer.alloc(size, 'a line of text\n');
const dense = (size: number) => randomFillSync(Buffer.alloc(size));

const zstd = (bytes: Buffer) => throughTransform(createParallelZstd(), bytes);

/** Each frame is read by zstd itself. */
async function frames(packed: Buffer): Promise<readonly Buffer[]> {
  const found: Buffer[] = [];
  let parts: Buffer[] = [];
  for await (const { bytes, isLast } of zstdFrames(Readable.from([packed]))) {
    parts.push(bytes);
    if (!isLast) continue;
    found.push(zstdDecompressSync(Buffer.concat(parts)));
    parts = [];
  }
  return found;
}

for (const [name, bytes, count] of [
  ['nothing', Buffer.alloc(0), 1],
  ['one byte', Buffer.from('a'), 1],
  ['exactly one block', text(MiB), 1],
  ['a byte more than a block', text(MiB + 1), 2],
  ['what cannot become smaller', dense(MiB + 5), 2],
  ['both by turns', Buffer.concat([text(MiB), dense(MiB), text(2 * MiB), dense(1000)]), 5],
] as const)
  test(`a frame for each MiB restores ${name}`, async () => {
    const restored = await frames(await zstd(bytes));
    assert.equal(restored.length, count);
    assert.ok(Buffer.concat(restored).equals(bytes));
  });

test('what cannot become smaller grows by less than a ten-thousandth', async () => {
  assert.ok((await zstd(dense(4 * MiB))).byteLength < 4 * MiB * 1.0001);
});
