import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { leaveFree } from '../../../test/support/leaveFree.ts';
import { temporaryFolder } from '../../../test/support/temporaryFolder.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { digestOf } from '../oci/digest.ts';
import { mediaTypes } from '../oci/mediaTypes.ts';
import { createOciArchive } from './ociArchive.ts';
import { createOciLayout } from './ociLayout.ts';
import type { Content } from './roles.ts';

const MiB = 1024 ** 2;

const large: Descriptor = { mediaType: mediaTypes.kitConfig, digest: digestOf(Buffer.from('large')), size: 2 * MiB };
const unread: Content = { read: async () => assert.fail('it is read') };

test('a blob for which a layout has no room is refused before its first byte', async () => {
  using folder = temporaryFolder();
  using _free = leaveFree(MiB);
  const root = join(folder.path, 'layout');
  await assert.rejects(createOciLayout(root).push(large, unread), { code: 'disk-full', message: /sha256:/ });
  assert.deepEqual(readdirSync(join(root, 'blobs', 'sha256')), []);
});

test('so is one for which an archive has none', async () => {
  using folder = temporaryFolder();
  using _free = leaveFree(MiB);
  const path = join(folder.path, 'kits.tar');
  const archive = createOciArchive(path);
  await assert.rejects(archive.push(large, unread), { code: 'disk-full', message: /blobs\/sha256\// });
  archive.discard();
  assert.equal(existsSync(path), false);
});
