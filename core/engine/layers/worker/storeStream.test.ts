import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../../../test/support/temporaryFolder.ts';
import { storeStream } from './storeStream.ts';

const megabyte = 1024 * 1024;

async function* inChunks(bytes: Buffer, size: number) {
  for (let at = 0; at < bytes.byteLength; at += size) yield bytes.subarray(at, at + size);
}

test('what is stored and hashed is the stream to its last byte, wherever a chunk ends', async () => {
  using folder = temporaryFolder();
  for (const [i, size] of [0, 1, 4096, 4 * megabyte, 9 * megabyte + 4097].entries())
    for (const chunk of [65_537, 5 * megabyte]) {
      const path = join(folder.path, `${i}-${chunk}`);
      const bytes = randomBytes(size);
      const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
      assert.deepEqual(await storeStream(inChunks(bytes, chunk), path), { size, digest });
      assert.ok(readFileSync(path).equals(bytes), `${size} bytes in chunks of ${chunk}`);
    }
});

test('a stream that fails, or gives something else than bytes, leaves no file', async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, 'file');
  async function* failing() {
    yield randomBytes(5 * megabyte);
    throw new Error('no more');
  }
  await assert.rejects(storeStream(failing(), path), /no more/);
  async function* texts() {
    yield 'text' as unknown as Uint8Array;
  }
  await assert.rejects(storeStream(texts(), path), TypeError);
  assert.ok(!existsSync(path));
});
