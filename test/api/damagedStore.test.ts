import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createKitwright, openStore, pack, unpack } from '@kitwright/core';
import { parseReference } from '@kitwright/core/internal';
import { unpackKit } from '@kitwright/core/internal/builds';
import { layerTypes } from '@kitwright/layer-types';
import { temporaryFolder } from '../support/temporaryFolder.ts';

const kitwright = createKitwright({ plugins: [layerTypes()], threads: 2 });
after(() => kitwright.close());

const MiB = 1024 * 1024;

async function start(root: string) {
  const directory = join(root, 'project');
  mkdirSync(join(directory, 'model'), { recursive: true });
  for (const name of ['a', 'b']) writeFileSync(join(directory, 'model', name), randomBytes(2 * MiB));
  writeFileSync(join(directory, 'Kitfile'), 'manifestVersion: 1.0.0\nmodel: {path: model}\n');
  const store = openStore(join(root, 'home'));
  await pack(kitwright, { directory, store, name: 'm:v1' });
  const objects = join(root, 'home/store/objects');
  const files = readdirSync(objects).flatMap((folder) =>
    readdirSync(join(objects, folder)).map((name) => join(objects, folder, name)),
  );
  return { directory, store, files, target: join(root, 'out') };
}

/** A bit that the disk forgot: size and time are what they were. */
function flip(path: string): void {
  const { atime, mtime } = statSync(path);
  const bytes = readFileSync(path);
  bytes[MiB] = (bytes[MiB] ?? 0) ^ 1;
  writeFileSync(path, bytes);
  utimesSync(path, atime, mtime);
}

for (const isVouched of [false, true])
  test(`a damaged file of the store is not unpacked (${isVouched ? 'somebody vouches for it' : 'as it is'})`, async () => {
    using root = temporaryFolder();
    const { store, files, target } = await start(root.path);
    flip(files[0] ?? '');
    const options = {
      reference: parseReference('m:v1'),
      targets: [() => store.local],
      directory: target,
      filters: [],
      existing: 'refuse' as const,
      isVouched,
      onStep: () => undefined,
      signal: new AbortController().signal,
    };
    await assert.rejects(unpackKit(kitwright, options), {
      code: 'descriptor-mismatch',
      message: isVouched ? /its digest is/ : /its content hash is/,
    });
    assert.ok(!existsSync(join(target, 'model/a')) && !existsSync(join(target, 'model/b')));
  });

test('an intact layer of large files is unpacked byte for byte', async () => {
  using root = temporaryFolder();
  const { directory, store, files, target } = await start(root.path);
  assert.equal(files.length, 2);
  await unpack(kitwright, { name: 'm:v1', directory: target, store });
  for (const name of ['model/a', 'model/b'])
    assert.ok(readFileSync(join(target, name)).equals(readFileSync(join(directory, name))));
});
