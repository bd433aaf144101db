import assert from 'node:assert/strict';
import { test } from 'node:test';
import { temporaryFolder } from '../../../test/support/temporaryFolder.ts';
import { descriptorOf } from '../oci/descriptor.ts';
import { mediaTypes } from '../oci/mediaTypes.ts';
import { indexLookup } from './indexLookup.ts';
import { createLocalStore } from './localStore.ts';
import { referrerBytes } from './referrers/testing/memoryTarget.ts';

test('kits are found by tag and digest, and what belongs to them by their digest, as they are now', async () => {
  using folder = temporaryFolder();
  const store = createLocalStore(folder.path);
  const kit = descriptorOf(mediaTypes.manifest, Buffer.from('{}'));
  store.putBytes(kit, Buffer.from('{}'));
  await store.tag(kit, 'localhost/x', 'v1');
  const before = indexLookup(store.layout);
  for (const reference of ['v1', kit.digest]) assert.equal(before.named('localhost/x', reference)?.digest, kit.digest);
  assert.equal(before.named('localhost/y', 'v1'), undefined);
  const bytes = referrerBytes(kit);
  await store.push(descriptorOf(mediaTypes.manifest, bytes), { read: async (_, take) => void (await take(bytes)) });
  assert.deepEqual(
    indexLookup(store.layout)
      .bySubject(kit.digest)
      .map(({ descriptor }) => descriptor.digest),
    [descriptorOf(mediaTypes.manifest, bytes).digest],
  );
});
