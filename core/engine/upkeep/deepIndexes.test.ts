import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { temporaryFolder } from '../../../test/support/temporaryFolder.ts';
import { type Descriptor, descriptorOf } from '../oci/descriptor.ts';
import { mediaTypes } from '../oci/mediaTypes.ts';
import { createLocalStore } from '../store/localStore.ts';
import { collectGarbage } from './collectGarbage.ts';

test('gc keeps what deeply nested indexes with many paths reach, and ends', async () => {
  using folder = temporaryFolder();
  const store = createLocalStore(folder.path);
  using _session = store.session();
  let root: Descriptor | undefined;
  for (let i = 0; i < 12_000; i++) {
    const bytes = Buffer.from(JSON.stringify({ manifests: root ? [root, root] : [] }));
    root = descriptorOf(mediaTypes.index, bytes);
    // Not through the store, which syncs each.
    writeFileSync(store.layout.blob(root.digest), bytes);
  }
  await store.tag(root as Descriptor, 'localhost/x', 'v1');
  assert.deepEqual(await collectGarbage(store), { files: 0, bytes: 0 });
});
