import assert from 'node:assert/strict';
import { test } from 'node:test';
import { temporaryFolder } from '../../../../test/support/temporaryFolder.ts';
import { descriptorOf } from '../../oci/descriptor.ts';
import { mediaTypes } from '../../oci/mediaTypes.ts';
import { cosignTags } from '../../oci/referrerTags.ts';
import { contentOfBytes } from '../contentOf.ts';
import { createLocalStore } from '../localStore.ts';

test('a kit that calls itself by a tag of cosign is attached to no other one, and a signature is', async () => {
  using folder = temporaryFolder();
  const store = createLocalStore(folder.path);
  const push = async (config: string) => {
    const blob = { mediaType: config, digest: `sha256:${'0'.repeat(64)}`, size: 1 };
    const bytes = Buffer.from(JSON.stringify({ config: blob, layers: [] }));
    const descriptor = descriptorOf(mediaTypes.manifest, bytes);
    await store.push(descriptor, contentOfBytes(bytes));
    return descriptor;
  };
  const [kit, other] = [await push(mediaTypes.kitConfig), await push(mediaTypes.packConfig)];
  const signature = await push('application/vnd.oci.image.config.v1+json');
  const [tag = ''] = cosignTags(kit.digest);
  await store.tag(signature, 'localhost/x', tag);
  await store.tag(other, 'evil.example.com/x', tag);
  assert.deepEqual(
    store.attached().map(({ descriptor, name }) => [descriptor.digest, name?.repository]),
    [[signature.digest, 'localhost/x']],
  );
  assert.equal((await store.resolve('localhost/x', tag))?.digest, signature.digest);
});
