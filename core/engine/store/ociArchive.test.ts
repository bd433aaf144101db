import assert from 'node:assert/strict';
import { chmodSync, copyFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../../test/support/temporaryFolder.ts';
import { digestOf } from '../oci/digest.ts';
import { contentOfBytes } from './contentOf.ts';
import { createOciArchive, type OciArchive } from './ociArchive.ts';

const blob = (text: string) => {
  const bytes = Buffer.from(text);
  const descriptor = { mediaType: 'application/octet-stream', digest: digestOf(bytes), size: bytes.byteLength };
  return { descriptor, content: contentOfBytes(bytes) };
};
const write = async (archive: OciArchive, tag: string, ...texts: readonly string[]) => {
  for (const { descriptor, content } of texts.map(blob)) await archive.push(descriptor, content);
  await archive.tag(blob(texts.at(-1) ?? '').descriptor, '', tag);
};
const namesIn = (folder: string) => readdirSync(folder).sort();

test('of writers at once none loses what another one wrote', async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, 'kits.tar');
  await Promise.all(
    ['a', 'b', 'c'].map(async (tag) => {
      const archive = createOciArchive(path);
      await write(archive, tag, 'common', tag);
      await archive.close();
    }),
  );
  const read = createOciArchive(path);
  assert.deepEqual([...read.names()].sort(), ['a', 'b', 'c']);
  for (const text of ['common', 'a', 'b', 'c']) assert.ok(await read.exists(blob(text).descriptor), text);
  assert.deepEqual(namesIn(folder.path), ['kits.tar']);
});

test('a private archive stays private when something is added', {
  skip: process.platform === 'win32' && 'modes say nothing there',
}, async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, 'kits.tar');
  for (const tag of ['v1', 'v2']) {
    const archive = createOciArchive(path);
    await write(archive, tag, tag);
    await archive.close();
    if (tag === 'v1') chmodSync(path, 0o600);
  }
  assert.equal(statSync(path).mode & 0o777, 0o600);
});

test('what a killed writer left is written over, and what is discarded leaves nothing', async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, 'kits.tar');
  writeFileSync(`${path}.draft`, 'half');
  const archive = createOciArchive(path);
  await write(archive, 'v1', 'a');
  await archive.close();
  assert.deepEqual(namesIn(folder.path), ['kits.tar']);
  await write(archive, 'v2', 'b');
  archive.discard();
  await write(archive, 'v3', 'c');
  await archive.close();
  assert.deepEqual(createOciArchive(path).names(), ['v1', 'v3']);
  assert.deepEqual(namesIn(folder.path), ['kits.tar']);
});

test('an archive that another one took the place of is left alone', async () => {
  using folder = temporaryFolder();
  const [path, other] = [join(folder.path, 'kits.tar'), join(folder.path, 'other.tar')];
  for (const [at, text] of [
    [path, 'a'],
    [other, 'b'],
  ] as const) {
    const archive = createOciArchive(at);
    await write(archive, 'v1', text);
    await archive.close();
  }
  const archive = createOciArchive(path);
  copyFileSync(other, path);
  await assert.rejects(write(archive, 'v2', 'c'), { code: 'content-changed' });
  assert.deepEqual(namesIn(folder.path), ['kits.tar', 'other.tar']);
});
