import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { temporaryFolder } from '../../../test/support/temporaryFolder.ts';
import { type Descriptor, descriptorOf } from '../oci/descriptor.ts';
import { mediaTypes } from '../oci/mediaTypes.ts';
import { cosignTags } from '../oci/referrerTags.ts';
import { contentOfBytes } from '../store/contentOf.ts';
import { createLocalStore, type LocalStore } from '../store/localStore.ts';
import { referrerBytes, search } from '../store/referrers/testing/memoryTarget.ts';
import { collectGarbage } from './collectGarbage.ts';

const repository = 'localhost/x';

const push = async (store: LocalStore, bytes: Uint8Array): Promise<Descriptor> => {
  const descriptor = descriptorOf(mediaTypes.manifest, bytes);
  await store.push(descriptor, contentOfBytes(bytes));
  return descriptor;
};

const pushKit = (store: LocalStore, name: string) => push(store, Buffer.from(JSON.stringify({ layers: [], name })));

const start = async (path: string) => {
  const store = createLocalStore(path);
  const kit = await pushKit(store, 'kit');
  const sbom = await push(store, referrerBytes(kit));
  const signature = await push(store, referrerBytes(sbom));
  const config = descriptorOf('application/vnd.oci.image.config.v1+json', Buffer.from('{}'));
  const cosign = await push(store, Buffer.from(JSON.stringify({ config, layers: [] })));
  await store.tag(cosign, repository, cosignTags(kit.digest)[0]);
  return { store, kit, sbom, signature, cosign };
};

test('referrers, theirs and what cosign tagged stay with a kit, and go with its last name', async () => {
  using folder = temporaryFolder();
  const { store, kit, sbom, signature, cosign } = await start(folder.path);
  await store.tag(kit, repository, 'v1');
  await collectGarbage(store);
  const { digests } = await search(store, kit);
  assert.deepEqual(digests.toSorted(), [sbom, signature, cosign].map(({ digest }) => digest).toSorted());
  assert.deepEqual(
    store.list().map(({ tag }) => tag),
    ['v1'],
  );
  await store.update((index) => ({ ...index, names: [] }));
  await collectGarbage(store);
  for (const { digest } of [kit, sbom, signature, cosign]) assert.equal(existsSync(store.layout.blob(digest)), false);
  assert.deepEqual(store.attached(), []);
});

test('what is attached while a session runs is spared, though its kit has no name yet', async () => {
  using folder = temporaryFolder();
  const store = createLocalStore(folder.path);
  {
    using _session = store.session();
    const { kit, sbom } = await start(folder.path);
    await collectGarbage(store);
    await store.tag(kit, repository, 'v1');
    assert.ok((await search(store, kit)).digests.includes(sbom.digest));
  }
  await collectGarbage(store);
  assert.equal(store.attached().length, 3);
});

test('the index lists a referrer as an untagged manifest with its type, as other tools expect it', async () => {
  using folder = temporaryFolder();
  const { store, sbom } = await start(folder.path);
  const { manifests } = JSON.parse(readFileSync(store.layout.index, 'utf8')) as { manifests: Descriptor[] };
  assert.equal(manifests.find(({ digest }) => digest === sbom.digest)?.artifactType, 'application/x.test');
});

test('a tag of cosign moves, and one whose kit is not here is a name like any other', async () => {
  using folder = temporaryFolder();
  const { store, kit, sbom } = await start(folder.path);
  const [tag = ''] = cosignTags(kit.digest);
  await store.tag(sbom, repository, tag);
  assert.equal((await store.resolve(repository, tag))?.digest, sbom.digest);
  assert.equal(store.attached().filter(({ name }) => name).length, 1);
  await store.tag(kit, repository, `sha256-${'0'.repeat(64)}.sig`);
  assert.equal(store.list().length, 1);
});

test('a kit that is stored alone is attached to nothing, whatever it names as its subject', async () => {
  using folder = temporaryFolder();
  const { store, kit } = await start(folder.path);
  const before = store.attached();
  const bytes = referrerBytes(kit, 'application/x.hostile');
  await store.pushAlone(descriptorOf(mediaTypes.manifest, bytes), contentOfBytes(bytes));
  assert.deepEqual(store.attached(), before);
});
