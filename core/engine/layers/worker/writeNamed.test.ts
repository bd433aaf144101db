import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../../../test/support/temporaryFolder.ts';
import { fromNative } from '../../files/bytePath.ts';
import { createMeter } from '../Meter.ts';
import { contentHasher } from './contentHasher.ts';
import { createNamedWriter } from './writeNamed.ts';

const megabyte = 1024 * 1024;

const open = async () => {
  const [folder, hasher, meter] = [temporaryFolder(), await contentHasher([1, 2]), createMeter()];
  const named = (bytes: Buffer, size = bytes.byteLength) => {
    const path = join(folder.path, hasher.init().update(bytes).digest('hex'));
    writeFileSync(path, bytes);
    return { kind: 'file', path: fromNative(path), offset: 0, size } as const;
  };
  const at = (name: string) => join(folder.path, name);
  return { write: createNamedWriter(hasher, meter), named, at, meter, [Symbol.dispose]: folder[Symbol.dispose] };
};

test('what is written is the file to its last byte, wherever a unit ends', async () => {
  using opened = await open();
  const { write, named, at } = opened;
  for (const size of [0, 1, 256 * 1024, 2 * megabyte, 2 * megabyte + 1, 4 * megabyte, 7 * megabyte + 3]) {
    const bytes = randomBytes(size);
    await write([named(bytes)], fromNative(at(`${size}`)), 0o600);
    assert.ok(readFileSync(at(`${size}`)).equals(bytes), `${size} bytes`);
    assert.equal(statSync(at(`${size}`)).mode & 0o777, 0o600);
  }
});

test('an entry of several pieces is written in their order', async () => {
  using opened = await open();
  const { write, named, at } = opened;
  const [first, last] = [randomBytes(3 * megabyte), randomBytes(5)];
  const between = { kind: 'inline', bytes: Buffer.from('between') } as const;
  await write([named(first), between, named(last)], fromNative(at('to')), 0o600);
  assert.ok(readFileSync(at('to')).equals(Buffer.concat([first, between.bytes, last])));
});

test('a file that is not what its name says is refused, and so is a part of one', async () => {
  using opened = await open();
  const { write, named, at } = opened;
  const damaged = named(randomBytes(3 * megabyte));
  writeFileSync(damaged.path, Buffer.alloc(3 * megabyte));
  await assert.rejects(write([damaged], fromNative(at('damaged')), 0o600), { code: 'descriptor-mismatch' });
  const bytes = randomBytes(3 * megabyte);
  await assert.rejects(write([named(bytes, 100)], fromNative(at('part')), 0o600), { code: 'descriptor-mismatch' });
});

test('one that became shorter, and a cancelled one, end', async () => {
  using opened = await open();
  const { write, named, at, meter } = opened;
  const bytes = randomBytes(3 * megabyte);
  const longer = named(bytes, 4 * megabyte);
  await assert.rejects(write([longer], fromNative(at('shorter')), 0o600), { code: 'content-changed' });
  meter.cancel();
  await assert.rejects(write([named(bytes)], fromNative(at('cancelled')), 0o600), { code: 'cancelled' });
});
