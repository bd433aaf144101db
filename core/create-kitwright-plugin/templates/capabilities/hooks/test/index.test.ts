import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { createKitwright, list, openStore, pack } from '@kitwright/core';
import { testPlugin } from '@kitwright/testkit';
import { defaultPlugins } from 'kitwright/plugins';
import plugin from '../src/index.ts';

const folder = await mkdtemp(join(tmpdir(), 'my-plugin-'));
after(() => rm(folder, { recursive: true, force: true }));
await writeFile(join(folder, 'Kitfile'), 'manifestVersion: 1.0.0\ndocs: [{path: README.md}]\n');
await writeFile(join(folder, 'README.md'), 'x'.repeat(1000));
const store = openStore(join(folder, 'store'));

/** Packs under the plugin, and gives the names of the kits in the store. */
async function packWith(maxBytes: number, name: string): Promise<readonly string[]> {
  const plugins = [...defaultPlugins({ home: store.root }), plugin({ maxBytes })];
  const kitwright = createKitwright({ plugins, threads: 1 });
  try {
    await pack(kitwright, { directory: folder, store, name });
    return (await list(kitwright, store)).flatMap(({ tags }) => tags);
  } finally {
    await kitwright.close();
  }
}

test('a kit within the limit is packed', async () => {
  assert.deepEqual(await packWith(1e6, 'm:small'), ['small']);
});

test('a larger kit is refused, and gets no name', async () => {
  await assert.rejects(packWith(100, 'm:large'), { code: 'kit-too-large', message: /more than the 100 that are/ });
  assert.deepEqual(await packWith(1e6, 'm:small'), ['small']);
});

describe('every rule for plugins', () =>
  testPlugin(test, ({ home }) => ({
    plugin: plugin({ maxBytes: 1000 }),
    surroundings: defaultPlugins({ home }),
    kit: { files: { 'README.md': '# Small\n' } },
    refused: { files: { 'README.md': 'x'.repeat(10_000) }, code: 'kit-too-large' },
  })));
