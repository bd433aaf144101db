import assert from 'node:assert/strict';
import { randomFillSync } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { createParallelGzip } from './createParallelGzip.ts';

const MiB = 1024 * 1024;
const text = (size: number) => Buffer.alloc(size, 'a line of text\n');
const dense = (size: number) => randomFillSync(Buffer.alloc(size));

async function gzip(bytes: Buffer, chunk = bytes.byteLength): Promise<Buffer> {
  const stream = createParallelGzip(6);
  const all = buffer(stream);
  for (let at = 0; at < bytes.byteLength; at += chunk)
    if (!stream.write(bytes.subarray(at, at + chunk))) await new Promise((resolve) => stream.once('drain', resolve));
  stream.end();
  return await all;
}

for (const [name, bytes] of Object.entries({
  nothing: Buffer.alloc(0),
  'one byte': Buffer.from('a'),
  'exactly one block': text(MiB),
  'a byte more than a block': text(MiB + 1),
  'text over many blocks': text(7 * MiB + 123),
  'what cannot become smaller': dense(3 * MiB + 5),
  'both by turns': Buffer.concat([text(MiB), dense(MiB), text(2 * MiB), dense(1000)]),
}))
  test(`one member restores ${name}`, async () => {
    const packed = await gzip(bytes);
    assert.ok(gunzipSync(packed).equals(bytes));
    assert.equal(packed.indexOf(Buffer.from([0x1f, 0x8b, 8, 0])), 0);
  });

test('the bytes do not depend on how the input comes', async () => {
  const bytes = Buffer.concat([text(MiB + 77), dense(MiB)]);
  const whole = await gzip(bytes);
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1000, max: 2 * MiB }), async (chunk) => {
      assert.ok((await gzip(bytes, chunk)).equals(whole));
    }),
    { numRuns: 8 },
  );
});

test('what cannot become smaller grows by less than a thousandth', async () => {
  assert.ok((await gzip(dense(4 * MiB))).byteLength < 4 * MiB * 1.001);
});

test('text is hardly larger than from one thread, which sees all that came before', async () => {
  const words = Array.from({ length: 200_000 }, (_, n) => `${(n * 7919) % 4001} weights`).join(' ');
  const { gzipSync } = await import('node:zlib');
  const bytes = Buffer.from(words);
  assert.ok((await gzip(bytes)).byteLength < gzipSync(bytes).byteLength * 1.01);
});
