import assert from 'node:assert/strict';
import { randomFillSync } from 'node:crypto';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { throughTransform } from '../../test/support/throughTransform.ts';
import { createParallelGzip } from './createParallelGzip.ts';

const MiB = 1024 * 1024;
const text = (size: number) => Buffer.alloc(size, 'a line of text\n');
const dense = (size: number) => randomFillSync(Buffer.alloc(size));

const gzip = (bytes: Buffer) => throughTransform(createParallelGzip(6), bytes);

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

test('what cannot become smaller grows by less than a thousandth', async () => {
  assert.ok((await gzip(dense(4 * MiB))).byteLength < 4 * MiB * 1.001);
});

test('text is hardly larger than from one thread, which sees all that came before', async () => {
  const words = Array.from({ length: 200_000 }, (_, n) => `${(n * 7919) % 4001} weights`).join(' ');
  const { gzipSync } = await import('node:zlib');
  const bytes = Buffer.from(words);
  assert.ok((await gzip(bytes)).byteLength < gzipSync(bytes).byteLength * 1.01);
});
