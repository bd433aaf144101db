import assert from 'node:assert/strict';
import { lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createKitwright, openStore, pack, unpack } from '@kitwright/core';
import { collectGarbage } from '@kitwright/core/internal';
import { layerTypes } from '@kitwright/layer-types';
import { temporaryFolder } from '../support/temporaryFolder.ts';

// Small layers are kept in their records, and many records in one file.

const kitwright = createKitwright({ plugins: [layerTypes()], threads: 2 });
after(() => kitwright.close());

const count = 150;

function start(root: string) {
  const directory = join(root, 'project');
  mkdirSync(directory);
  const paths = Array.from({ length: count }, (_, n) => `file ${n}`);
  for (const path of paths) writeFileSync(join(directory, path), `text of ${path}`);
  const kitfile = ['manifestVersion: 1.0.0', 'code:', ...paths.map((path) => `  - path: ${path}`)].join('\n');
  writeFileSync(join(directory, 'Kitfile'), kitfile);
  const store = openStore(join(root, 'home'));
  return { directory, store, paths, folder: (name: string) => join(root, 'home/store', name) };
}

test('many small layers need few files, and are unpacked by a store that is opened anew', async () => {
  using root = temporaryFolder();
  const { directory, store, paths, folder } = start(root.path);
  const packed = await pack(kitwright, { directory, store, name: 'm:v1' });
  for (const name of ['recipes', 'snapshots']) {
    const stats = readdirSync(folder(name)).map((file) => lstatSync(join(folder(name), file)));
    assert.deepEqual([stats.length, new Set(stats.map(({ ino }) => ino)).size], [count, Math.ceil(count / 64)]);
  }
  assert.deepEqual([readdirSync(folder('packs')), readdirSync(folder('tmp'))], [[], []]);
  const target = join(root.path, 'unpacked');
  await unpack(kitwright, { name: 'm:v1', directory: target, store: openStore(join(root.path, 'home')) });
  for (const path of paths) assert.equal(readFileSync(join(target, path), 'utf8'), `text of ${path}`);
  const again = await pack(kitwright, { directory, store: openStore(join(root.path, 'home')), name: 'm:v1' });
  assert.deepEqual([again.root.digest, again.layers.every(({ cost }) => cost.reused)], [packed.root.digest, true]);
});

test('the sweep frees them in one go, and spares those of another kit in the same file', async () => {
  using root = temporaryFolder();
  const { directory, store, folder } = start(root.path);
  await pack(kitwright, { directory, store, name: 'm:v1' });
  const kitfile = 'manifestVersion: 1.0.0\ncode: [{path: file 7}, {path: file 9}]\n';
  const small = await pack(kitwright, { directory, kitfile: Buffer.from(kitfile), store, name: 's:v1' });
  const { local } = store;
  await local.update((index) => ({ ...index, names: index.names.filter(({ repository }) => !/m$/.test(repository)) }));
  await collectGarbage(local);
  const kept = small.layers.map(({ descriptor }) => descriptor.digest.slice('sha256:'.length)).toSorted();
  assert.deepEqual(readdirSync(folder('recipes')).toSorted(), kept);
  const target = join(root.path, 'unpacked');
  await unpack(kitwright, { name: 's:v1', directory: target, store });
  assert.equal(readFileSync(join(target, 'file 9'), 'utf8'), 'text of file 9');
});
