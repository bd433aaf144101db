import assert from 'node:assert/strict';
import { test } from 'node:test';
import { leaveFree } from '../../../test/support/leaveFree.ts';
import { temporaryFolder } from '../../../test/support/temporaryFolder.ts';
import { type Descriptor, descriptorOf } from '../oci/descriptor.ts';
import { mediaTypes } from '../oci/mediaTypes.ts';
import { copy } from './copy.ts';
import { createLocalStore, type LocalStore } from './localStore.ts';
import type { ReadTarget } from './roles.ts';

/** Manifests in memory; `read` has the digest of each that was asked for. */
const createSource = () => {
  const blobs = new Map<string, Uint8Array>();
  const read: string[] = [];
  const target: ReadTarget = {
    name: 'a test',
    exists: async () => true,
    resolve: async () => undefined,
    fetch: async function* ({ digest }) {
      read.push(digest);
      yield blobs.get(digest) as Uint8Array;
    },
  };
  const add = (json: object, mediaType: string = mediaTypes.index): Descriptor => {
    const bytes = Buffer.from(JSON.stringify(json));
    const descriptor = descriptorOf(mediaType, bytes);
    blobs.set(descriptor.digest, bytes);
    return descriptor;
  };
  return { target, read, add };
};

const copyTo = (store: LocalStore, source: ReadTarget, root: Descriptor) =>
  copy(source, store, root, { concurrency: 2, signal: new AbortController().signal });

test('a graph with many paths costs one visit for each manifest', async () => {
  using folder = temporaryFolder();
  const { target, read, add } = createSource();
  let level = [add({ manifests: [] })];
  for (let i = 0; i < 12; i++)
    level = ['a', 'b'].map((side) => add({ manifests: level, annotations: { l: i + side } }));
  await copyTo(createLocalStore(folder.path), target, level[0] as Descriptor);
  assert.equal(read.length, 24);
});

test('indexes that lie in each other too deeply are refused', async () => {
  using folder = temporaryFolder();
  const { target, read, add } = createSource();
  let root = add({ manifests: [] });
  for (let i = 0; i < 5000; i++) root = add({ manifests: [root] });
  await assert.rejects(copyTo(createLocalStore(folder.path), target, root), { code: 'kit-malformed' });
  assert.ok(read.length < 100, String(read.length));
});

test('what comes with an index is attached to nothing, also where the index refers to what is copied', async () => {
  using folder = temporaryFolder();
  const store = createLocalStore(folder.path);
  const { target, add } = createSource();
  const manifest = (subject?: Descriptor) =>
    add({ config: null, ...(subject ? { artifactType: 'a/b', subject } : {}) }, mediaTypes.manifest);
  const [victim, copied] = [manifest(), add({ layers: [] }, mediaTypes.manifest)];
  await copyTo(store, target, victim);
  for (const root of [
    add({ manifests: [manifest(victim)] }),
    add({ manifests: [victim, manifest(victim)] }),
    add({ manifests: [add({ manifests: [manifest(victim)] })], subject: copied }),
  ])
    await assert.rejects(copyTo(store, target, root), { code: 'kit-malformed', message: /has a subject of its own/ });
  assert.deepEqual(store.attached(), []);
  await copyTo(store, target, manifest(victim));
  assert.equal(store.attached().length, 1, 'a referrer that is copied itself');
});

for (const [what, json, mediaType] of [
  ['layers and manifests', { layers: [], manifests: [] }, mediaTypes.manifest],
  ['manifests as a manifest', { manifests: [] }, mediaTypes.manifest],
  ['layers as an index', { layers: [] }, mediaTypes.index],
] as const)
  test(`${what} are refused, and not stored`, async () => {
    using folder = temporaryFolder();
    const store = createLocalStore(folder.path);
    const { target, add } = createSource();
    const root = add(json, mediaType);
    await assert.rejects(copyTo(store, target, root), { code: 'kit-malformed' });
    assert.equal(await store.exists(root), false);
  });

test('a manifest above 4 MiB is refused before it is read', async () => {
  using folder = temporaryFolder();
  const { target, read, add } = createSource();
  const root = { ...add({ manifests: [] }), size: 4 * 1024 * 1024 + 1 };
  await assert.rejects(copyTo(createLocalStore(folder.path), target, root), { code: 'descriptor-mismatch' });
  assert.deepEqual(read, []);
});

test('a kit that is larger than the disk is refused before any of its layers is asked for', async () => {
  using folder = temporaryFolder();
  const { target, read, add } = createSource();
  const layers = ['a', 'b', 'c'].map((letter) => ({
    mediaType: 'application/octet-stream',
    digest: `sha256:${letter.repeat(64)}`,
    size: 2 * 1024 ** 3,
  }));
  const root = add({ schemaVersion: 2, config: add({}, mediaTypes.kitConfig), layers }, mediaTypes.manifest);
  using _free = leaveFree(5 * 1024 ** 3);
  await assert.rejects(copyTo(createLocalStore(folder.path), target, root), { code: 'disk-full' });
  assert.deepEqual(read, [root.digest]);
});
