import assert from 'node:assert/strict';
import { randomFillSync } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import { constants, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { decompress } from './compressors/zstd.ts';
import { zstdFrames } from './zstdFrames.ts';

const plain = [
  Buffer.alloc(0),
  Buffer.from('a'),
  Buffer.alloc(300_000, 'a line of text\n'),
  randomFillSync(Buffer.alloc(200_000)),
];
const withChecksum = { params: { [constants.ZSTD_c_checksumFlag]: 1 } };
const skipped = Buffer.concat([Buffer.from([0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0]), Buffer.from('xyz')]);

async function unpacked(bytes: Buffer, chunk = bytes.byteLength): Promise<Buffer> {
  const stream = decompress();
  const all = buffer(stream);
  all.catch(() => undefined);
  const closed = new Promise((resolve) => stream.once('close', resolve));
  for (let at = 0; at < bytes.byteLength && !stream.destroyed; at += chunk)
    if (!stream.write(bytes.subarray(at, at + chunk)))
      await Promise.race([closed, new Promise((resolve) => stream.once('drain', resolve))]);
  stream.end();
  return await all;
}

test('all frames of a stream are read, with and without checksums, and what is to be skipped is', async () => {
  const frames = plain.flatMap((bytes) => [zstdCompressSync(bytes), skipped, zstdCompressSync(bytes, withChecksum)]);
  const whole = Buffer.concat(plain.flatMap((bytes) => [bytes, bytes]));
  assert.ok((await unpacked(Buffer.concat(frames))).equals(whole));
});

test('however the bytes come, they are the same', async () => {
  const packed = Buffer.concat([zstdCompressSync(plain[2] as Buffer), zstdCompressSync(plain[3] as Buffer)]);
  const whole = Buffer.concat([plain[2] as Buffer, plain[3] as Buffer]);
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 2_000, max: 100_000 }), async (chunk) => {
      assert.ok((await unpacked(packed, chunk)).equals(whole));
    }),
    { numRuns: 10 },
  );
});

test('what is cut within a frame is an error, and so is what follows one and is none', async () => {
  const packed = zstdCompressSync(Buffer.from('text '.repeat(50)), withChecksum);
  for (let length = 1; length < packed.byteLength; length++) await assert.rejects(unpacked(packed.subarray(0, length)));
  await assert.rejects(unpacked(Buffer.concat([packed, Buffer.from('junk')])), /begins with other bytes/);
  await assert.rejects(unpacked(Buffer.concat([packed, Buffer.from('ab')])), /cut off/);
});

const emptyFrame = zstdCompressSync(Buffer.alloc(0));

test('frames without content are refused by their number: to open one costs as much as to decompress many bytes', async () => {
  const many = (count: number, frame: Buffer) => Buffer.concat(Array.from({ length: count }, () => frame));
  await assert.rejects(unpacked(many(100_000, emptyFrame)), /fewer than 32 bytes/);
  assert.equal((await unpacked(many(1000, emptyFrame))).byteLength, 0);
  const small = zstdCompressSync(randomFillSync(Buffer.alloc(24)));
  assert.equal((await unpacked(many(20_000, small))).byteLength, 24 * 20_000);
});

test('blocks without content are cut out in one piece, and frames to skip in none', async () => {
  const partsOf = async (bytes: Buffer) => (await Array.fromAsync(zstdFrames(Readable.from([bytes])))).length;
  const blocks = (count: number) =>
    Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 0x58]), Buffer.alloc(3 * count), Buffer.from([1, 0, 0])]);
  assert.equal((await unpacked(blocks(100_000), 10_000)).byteLength, 0);
  assert.equal(await partsOf(blocks(200_000)), await partsOf(blocks(1)));
  assert.equal(await partsOf(Buffer.concat(Array.from({ length: 100_000 }, () => skipped))), 0);
});

test('small frames that each ask for a window of 128 MiB are refused by their number', async () => {
  // One raw block of 64 bytes; the window comes behind the flags (RFC 8878, 3.1.1.1.2).
  const frame = (log: number) =>
    Buffer.concat([
      Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, (log - 10) << 3, (64 << 3) | 1, (64 << 3) >> 8, 0]),
      plain64,
    ]);
  const framesOf = (count: number, log: number) =>
    Array.fromAsync(zstdFrames(Readable.from([Buffer.concat(Array.from({ length: count }, () => frame(log)))])));
  await assert.rejects(framesOf(2000, 27), /more memory than fits/);
  for (const [count, log] of [[1000, 27] as const, [20_000, 23] as const]) assert.ok(await framesOf(count, log));
});

const plain64 = Buffer.alloc(64, 'x');
