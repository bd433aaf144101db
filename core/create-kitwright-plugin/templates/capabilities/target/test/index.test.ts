import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { copy, createKitwright, openStore, pack } from '@kitwright/core';
import { testTarget } from '@kitwright/testkit';
import { defaultPlugins } from 'kitwright/plugins';
import { createFolderTarget } from '../src/createFolderTarget.ts';
import plugin from '../src/index.ts';

const folder = await mkdtemp(join(tmpdir(), 'my-plugin-'));
after(() => rm(folder, { recursive: true, force: true }));

describe('every rule for targets', () =>
  testTarget(test, ({ folder: place, signal }) => ({
    target: createFolderTarget(place, signal),
    reopen: (_, another) => createFolderTarget(place, another.signal),
  })));

test('a kit is pushed and pulled', async () => {
  await writeFile(join(folder, 'Kitfile'), 'manifestVersion: 1.0.0\ndocs: [{path: README.md}]\n');
  await writeFile(join(folder, 'README.md'), '# A model\n');
  const [here, there] = [openStore(join(folder, 'here')), openStore(join(folder, 'there'))];
  const kitwright = createKitwright({ plugins: [...defaultPlugins({ home: here.root }), plugin()], threads: 1 });
  after(() => kitwright.close());
  const { root } = await pack(kitwright, { directory: folder, store: here, name: 'm:v1' });
  const place = `my-plugin:${join(folder, 'kits')}:v1`;
  await copy(kitwright, { from: 'm:v1', to: place, store: here });
  const { descriptor } = await copy(kitwright, { from: place, to: 'm:v1', store: there });
  assert.equal(descriptor.digest, root.digest);
});
