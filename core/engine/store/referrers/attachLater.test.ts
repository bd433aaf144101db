import assert from 'node:assert/strict';
import { test } from 'node:test';
import { temporaryFolder } from '../../../../test/support/temporaryFolder.ts';
import { type Descriptor, descriptorOf } from '../../oci/descriptor.ts';
import { mediaTypes } from '../../oci/mediaTypes.ts';
import { allReferrers } from '../../oci/referrerFilter.ts';
import { cosignTags } from '../../oci/referrerTags.ts';
import { contentOfBytes } from '../contentOf.ts';
import { createLocalStore, type LocalStore } from '../localStore.ts';
import { attachLater } from './attachLater.ts';
import { copyReferrers } from './copyReferrers.ts';
import { referrersOf } from './referrersOf.ts';
import { memoryTarget, referrerBytes, search } from './testing/memoryTarget.ts';

const repository = 'localhost/x';

async function pushKit(store: LocalStore): Promise<Descriptor> {
  const bytes = Buffer.from('{"layers":[]}');
  const kit = descriptorOf(mediaTypes.manifest, bytes);
  await store.push(kit, contentOfBytes(bytes));
  return kit;
}

/** The same store; each change of its index, and each look into it, is counted. */
function counting(store: LocalStore) {
  const counts = { changes: 0, looks: 0 };
  const counted: LocalStore = {
    ...store,
    update: (change) => {
      counts.changes++;
      return store.update(change);
    },
    attached: () => {
      counts.looks++;
      return store.attached();
    },
  };
  return { counts, counted };
}

test('the index is read once and changed once, however many referrers are copied', async () => {
  using folder = temporaryFolder();
  const local = createLocalStore(folder.path);
  const kit = await pushKit(local);
  const source = memoryTarget();
  source.add(Buffer.from('{}'), mediaTypes.empty);
  const referrers = Array.from({ length: 40 }, (_, i) => source.add(referrerBytes(kit, `application/x.n${i}`)));
  const listing = {
    ...source,
    referrers: async function* ({ digest }: Descriptor) {
      if (digest === kit.digest) yield* referrers;
    },
  };
  const filter = allReferrers;
  const found = await referrersOf({ target: listing, repository, filter, warn: assert.fail }, kit);
  assert.equal(found.length, 40);
  const { counts, counted } = counting(local);
  const { store, commit } = attachLater(counted);
  const options = { concurrency: 1, signal: new AbortController().signal };
  await copyReferrers({ source, target: store, repository, root: kit, options, warn: assert.fail }, found);
  assert.deepEqual(local.attached(), []);
  assert.equal((await search(store, kit)).digests.length, 40);
  await commit();
  assert.deepEqual(counts, { changes: 1, looks: 1 });
  assert.equal((await search(local, kit)).digests.length, 40);
});

test('what cosign keeps under tags is found by its newest tag, and listed with the rest', async () => {
  using folder = temporaryFolder();
  const local = createLocalStore(folder.path);
  const kit = await pushKit(local);
  const { store, commit } = attachLater(local);
  const [tag = ''] = cosignTags(kit.digest);
  const tagged = async (note: string) => {
    const bytes = Buffer.from(JSON.stringify({ config: kit, layers: [], annotations: { note } }));
    const descriptor = descriptorOf(mediaTypes.manifest, bytes);
    await store.push(descriptor, contentOfBytes(bytes));
    await store.tag(descriptor, repository, tag);
    return descriptor;
  };
  await tagged('first');
  const second = await tagged('second');
  assert.equal((await store.resolve(repository, tag))?.digest, second.digest);
  assert.equal((await store.resolve('localhost/other', tag))?.digest, second.digest);
  assert.equal(await local.resolve(repository, tag), undefined);
  await commit((index) => ({ ...index, names: [{ repository, tag: 'v1', descriptor: kit }] }));
  assert.equal((await local.resolve(repository, tag))?.digest, second.digest);
  assert.equal(local.attached().length, 1);
  assert.equal((await local.resolve(repository, 'v1'))?.digest, kit.digest);
});

test('a referrer with parts that refer to another kit is left out with what is attached to it, the others are copied', async () => {
  using folder = temporaryFolder();
  const local = createLocalStore(folder.path);
  const victim = await pushKit(local);
  const source = memoryTarget();
  source.add(Buffer.from('{}'), mediaTypes.empty);
  const kit = source.add(Buffer.from('{"config":null}'));
  const parts = [source.add(referrerBytes(victim, mediaTypes.sigstoreBundle))];
  const index = { artifactType: 'application/x.index', manifests: parts, subject: kit };
  const hostile = source.add(Buffer.from(JSON.stringify(index)), mediaTypes.index);
  const listed = new Map([
    [kit.digest, [hostile, source.add(referrerBytes(kit, 'application/x.right'))]],
    [hostile.digest, [source.add(referrerBytes(hostile, 'application/x.on-top'))]],
  ]);
  const listing = {
    ...source,
    referrers: async function* ({ digest }: Descriptor) {
      yield* listed.get(digest) ?? [];
    },
  };
  const warnings: string[] = [];
  const warn = (text: string) => void warnings.push(text);
  const found = await referrersOf({ target: listing, repository, filter: allReferrers, warn }, kit);
  assert.equal(found.length, 3);
  const options = { concurrency: 2, signal: new AbortController().signal };
  await copyReferrers({ source: listing, target: local, repository, root: kit, options, warn }, found);
  assert.deepEqual(
    local.attached().map(({ subject, descriptor }) => [subject, descriptor.artifactType]),
    [[kit.digest, 'application/x.right']],
  );
  assert.match(warnings.join(), /is not copied: .* has a subject of its own/);
});
