import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../../../test/support/temporaryFolder.ts';
import { fromNative } from '../../files/bytePath.ts';
import { createMeter } from '../Meter.ts';
import { contentHasher } from './contentHasher.ts';
import { storeLargeFile } from './storeLargeFile.ts';

const megabyte = 1024 * 1024;

const store = async (bytes: Buffer, from: string, to: string) => {
  writeFileSync(from, bytes);
  const hash = createHash('sha256');
  const hasher = await contentHasher([1, 2]);
  const piece = { kind: 'file', path: fromNative(from), offset: 0, size: bytes.byteLength } as const;
  const content = await storeLargeFile({ hash, seed: [1, 2], meter: createMeter() }, piece, to);
  return { content: Buffer.from(content ?? []).toString('hex'), digest: hash.digest('hex'), hasher };
};

test('what is stored and hashed is the file to its last byte, wherever a block ends', async () => {
  using folder = temporaryFolder();
  for (const [i, size] of [1, 4096, megabyte, megabyte + 1, 8 * megabyte, 8 * megabyte + 4097].entries()) {
    const [from, to] = [join(folder.path, `from${i}`), join(folder.path, `to${i}`)];
    const bytes = randomBytes(size);
    const { content, digest, hasher } = await store(bytes, from, to);
    assert.ok(readFileSync(to).equals(bytes), `${size} bytes`);
    assert.equal(digest, createHash('sha256').update(bytes).digest('hex'));
    assert.equal(content, hasher.init().update(bytes).digest('hex'));
  }
});

test('a file that is there already is not written over, and one that becomes shorter leaves nothing', async () => {
  using folder = temporaryFolder();
  const [from, to] = [join(folder.path, 'from'), join(folder.path, 'to')];
  writeFileSync(to, 'before');
  await assert.rejects(store(randomBytes(9 * megabyte), from, to), /EEXIST/);
  assert.equal(readFileSync(to, 'utf8'), 'before');
  const piece = { kind: 'file', path: fromNative(from), offset: 0, size: 10 * megabyte } as const;
  const hashing = { hash: createHash('sha256'), seed: undefined, meter: createMeter() };
  await assert.rejects(storeLargeFile(hashing, piece, join(folder.path, 'other')), { code: 'content-changed' });
  assert.ok(!existsSync(join(folder.path, 'other')));
});
