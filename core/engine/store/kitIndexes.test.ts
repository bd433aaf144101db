import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../../test/support/temporaryFolder.ts';
import { kitNamesInStorage, olderKitNames } from './kitIndexes.ts';

const descriptor = {
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  digest: `sha256:${'a'.repeat(64)}`,
  size: 10,
};

test('what is no tag names no kit of a storage', () => {
  using folder = temporaryFolder();
  const encoded = Buffer.from('localhost/team/model').toString('base64url');
  writeFileSync(join(folder.path, `${encoded}-index.json`), JSON.stringify({ manifests: [] }));
  writeFileSync(join(folder.path, `${encoded}-tags.json`), JSON.stringify({ v1: descriptor, '$(id)': descriptor }));
  const names = kitNamesInStorage(folder.path);
  assert.deepEqual(
    names.map(({ repository, tag }) => [repository, tag]),
    [['localhost/team/model', 'v1']],
  );
});

test('a kit of an older layout keeps its digest where its name is no tag', () => {
  using folder = temporaryFolder();
  const index = join(folder.path, 'index.json');
  const named = (name: string) => ({ ...descriptor, annotations: { 'org.opencontainers.image.ref.name': name } });
  writeFileSync(index, JSON.stringify({ manifests: [named('v1'), named('a b')] }));
  assert.deepEqual(
    olderKitNames(index, 'team/model').map(({ tag }) => tag),
    ['v1', undefined],
  );
});
