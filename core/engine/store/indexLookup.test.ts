import assert from 'node:assert/strict';
import { test } from 'node:test';
import { temporaryFolder } from '../../../test/support/temporaryFolder.ts';
import { nowNs } from '../files/fingerprint.ts';
import { descriptorOf } from '../oci/descriptor.ts';
import { mediaTypes } from '../oci/mediaTypes.ts';
import { indexLookup } from './indexLookup.ts';
import { createLocalStore } from './localStore.ts';
import { referrerBytes } from './referrers/testing/memoryTarget.ts';

test('the index is read again only when its file is another one', async () => {
  using folder = temporaryFolder();
  const store = createLocalStore(folder.path);
  const kit = descriptorOf(mediaTypes.manifest, Buffer.from('{}'));
  store.putBytes(kit, Buffer.from('{}'));
  await store.tag(kit, 'localhost/x', 'v1');
  // As if the file had not changed for a minute: then it is known by its times.
  const later = () => nowNs() + 60_000_000_000n;
  const first = indexLookup(store.layout, later());
  assert.equal(indexLookup(store.layout, later()), first);
  assert.equal(first.named('localhost/x', 'v1')?.digest, kit.digest);
  const bytes = referrerBytes(kit);
  await store.push(descriptorOf(mediaTypes.manifest, bytes), { read: async (_, take) => void (await take(bytes)) });
  await store.tag(kit, 'localhost/x', 'v2');
  const second = indexLookup(store.layout, later());
  assert.equal(second.named('localhost/x', 'v2')?.digest, kit.digest);
  assert.deepEqual(
    second.bySubject(kit.digest).map(({ descriptor }) => descriptor.digest),
    [descriptorOf(mediaTypes.manifest, bytes).digest],
  );
});

test('one that has just been written is not known by its times', async () => {
  using folder = temporaryFolder();
  const store = createLocalStore(folder.path);
  store.session()[Symbol.dispose]();
  assert.notEqual(indexLookup(store.layout), indexLookup(store.layout));
});
