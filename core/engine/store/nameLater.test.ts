import assert from 'node:assert/strict';
import { test } from 'node:test';
import { temporaryFolder } from '../../../test/support/temporaryFolder.ts';
import { descriptorOf } from '../oci/descriptor.ts';
import { mediaTypes } from '../oci/mediaTypes.ts';
import { contentOfBytes } from './contentOf.ts';
import { createLocalStore } from './localStore.ts';
import { nameLater } from './nameLater.ts';

test('many kits get their names in one change of the index, and those of others stay', async () => {
  using folder = temporaryFolder();
  const local = createLocalStore(folder.path);
  let changes = 0;
  const { store, commit } = nameLater({
    ...local,
    update: (change) => {
      changes++;
      return local.update(change);
    },
  });
  const push = async (n: number) => {
    const bytes = Buffer.from(`{"layers":[],"annotations":{"n":"${n}"}}`);
    const kit = descriptorOf(mediaTypes.manifest, bytes);
    await store.push(kit, contentOfBytes(bytes));
    return kit;
  };
  for (let n = 0; n < 20; n++) await store.tag(await push(n), 'localhost/x', `v${n}`);
  assert.deepEqual(local.list(), []);
  await local.tag(await push(20), 'localhost/y', 'other');
  await commit();
  assert.equal(changes, 1);
  assert.equal(local.list().length, 21);
  assert.equal((await store.resolve('localhost/x', 'v7'))?.digest, (await push(7)).digest);
  await commit();
  assert.equal(changes, 1);
});
