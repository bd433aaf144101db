import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { copy, createKitwright, diff, list, openStore, pack, resolve, unpack, watch } from '@kitwright/core';
import { layerTypes } from '@kitwright/layer-types';
import { ociLayout } from '@kitwright/oci-layout';
import { defaultPlugins } from 'kitwright/plugins';
import { temporaryFolder } from '../support/temporaryFolder.ts';

const kitwright = createKitwright({ plugins: [layerTypes(), ociLayout()], threads: 1 });
after(() => kitwright.close());

/** A project with one model file, and a store of its own. */
function project(path: string, weights = 'one') {
  const directory = join(path, 'project');
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'Kitfile'), 'manifestVersion: 1.0.0\nmodel: {path: weights.bin}\n');
  writeFileSync(join(directory, 'weights.bin'), weights);
  return { directory, store: openStore(join(path, 'data')) };
}

test('a program packs, lists, finds and unpacks a kit by its name', async () => {
  using folder = temporaryFolder();
  const { directory, store } = project(folder.path);
  const packed = await pack(kitwright, { directory, store, name: 'team/net:v1' });
  const [listed] = await list(kitwright, store);
  assert.deepEqual([listed?.repository, listed?.tags], ['localhost/team/net', ['v1']]);
  const found = await resolve(kitwright, { name: 'team/net:v1', store });
  assert.equal(found.descriptor.digest, packed.root.digest);
  const { files } = await unpack(kitwright, { name: 'team/net:v1', store, directory: join(folder.path, 'copy') });
  assert.equal(files, 1);
  assert.equal(readFileSync(join(folder.path, 'copy', 'weights.bin'), 'utf8'), 'one');
});

test('a name without a tag is latest, in every function', async () => {
  using folder = temporaryFolder();
  const { directory, store } = project(folder.path);
  await pack(kitwright, { directory, store, name: 'net' });
  const found = await resolve(kitwright, { name: 'net', store });
  assert.deepEqual((await list(kitwright, store))[0]?.tags, ['latest']);
  const copied = await copy(kitwright, { from: 'net', to: `archive:${join(folder.path, 'kit.tar')}`, store });
  assert.equal(copied.descriptor.digest, found.descriptor.digest);
});

test('two kits differ in the files that changed', async () => {
  using folder = temporaryFolder();
  const { directory, store } = project(folder.path);
  await pack(kitwright, { directory, store, name: 'net:v1' });
  project(folder.path, 'two');
  await pack(kitwright, { directory, store, name: 'net:v2' });
  const [first, second] = [
    await resolve(kitwright, { name: 'net:v1', store }),
    await resolve(kitwright, { name: 'net:v2', store }),
  ];
  const changes = diff(kitwright, first, second);
  assert.equal(changes.identical, false);
  assert.deepEqual(await changes.files(), [{ layer: 'weights.bin', path: 'weights.bin', change: 'changed' }]);
});

test('a kit that was copied to an archive can be copied into another store', async () => {
  using folder = temporaryFolder();
  const { directory, store } = project(folder.path);
  const { root } = await pack(kitwright, { directory, store, name: 'net:v1' });
  const archive = `archive:${join(folder.path, 'kit.tar')}:v1`;
  await copy(kitwright, { from: 'net:v1', to: archive, store });
  const other = openStore(join(folder.path, 'other'));
  const { descriptor, copied } = await copy(kitwright, { from: archive, to: 'net:v1', store: other });
  assert.equal(descriptor.digest, root.digest);
  assert.ok(copied > 0);
});

test('a watch gives a kit for each change, and ends when its loop is left', async () => {
  using folder = temporaryFolder();
  const { directory, store } = project(folder.path);
  const digests: string[] = [];
  for await (const { kit } of watch(kitwright, { directory, store, name: 'net:v1', quiet: 1 })) {
    digests.push(kit.root.digest);
    if (digests.length === 2) break;
    writeFileSync(join(directory, 'weights.bin'), 'two');
  }
  assert.equal(new Set(digests).size, 2);
});

test('a watch whose signal is aborted ends after a last kit', async () => {
  using folder = temporaryFolder();
  const { directory, store } = project(folder.path);
  const stop = new AbortController();
  const contents: string[] = [];
  for await (const { count } of watch(kitwright, { directory, store, name: 'net:v1', signal: stop.signal })) {
    contents.push(String(count));
    if (count > 1) continue;
    writeFileSync(join(directory, 'weights.bin'), 'two');
    stop.abort();
  }
  assert.deepEqual(contents, ['1', '2']);
});

test('a cancelled pack rejects and stores no name', async () => {
  using folder = temporaryFolder();
  const { directory, store } = project(folder.path);
  await assert.rejects(pack(kitwright, { directory, store, name: 'net:v1', signal: AbortSignal.abort() }));
  assert.deepEqual(await list(kitwright, store), []);
});

test('a program can use the plugins of the command line', async () => {
  using folder = temporaryFolder();
  const { directory, store } = project(folder.path);
  const whole = createKitwright({ plugins: defaultPlugins({ home: store.root }), threads: 1 });
  const { layers } = await pack(whole, { directory, store, name: 'net:v1', compression: 'zstd' }).finally(whole.close);
  assert.match(layers[0]?.descriptor.mediaType ?? '', /tar\+zstd$/);
});
