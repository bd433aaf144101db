import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { after, describe, test } from 'node:test';
import { createKitwright, openStore, pack, resolve, unpack } from '@kitwright/core';
import { testExporter } from '@kitwright/testkit';
import { defaultPlugins } from 'kitwright/plugins';
import plugin from '../src/index.ts';

const folder = await mkdtemp(join(tmpdir(), 'my-plugin-'));
after(() => rm(folder, { recursive: true, force: true }));
const store = openStore(join(folder, 'store'));
const kitwright = createKitwright({ plugins: [...defaultPlugins({ home: store.root }), plugin()], threads: 1 });
after(() => kitwright.close());
const exporter = kitwright.capabilities.get('exporter', 'my-plugin');
const project = join(folder, 'project');
await mkdir(join(project, 'model'), { recursive: true });
await writeFile(join(project, 'Kitfile'), 'manifestVersion: 1.0.0\nmodel: {path: model}\ndocs: [{path: notes.md}]\n');
await writeFile(join(project, 'model', 'weights.bin'), 'weights');
await writeFile(join(project, 'notes.md'), 'notes');
await pack(kitwright, { directory: project, store, name: 'm:v1' });

/** As `kitwright export m:v1 DESTINATION --to my-plugin` calls it. */
async function exportTo(destination: string): Promise<readonly string[]> {
  const { descriptor, kitfile } = await resolve(kitwright, { name: 'm:v1', store });
  const request = {
    reference: 'm:v1',
    descriptor,
    kitfile,
    destination,
    options: {},
    unpack: async (filters: readonly string[] = []) => {
      const directory = await mkdtemp(join(folder, 'unpacked-'));
      await unpack(kitwright, { name: 'm:v1', directory, store, filters: [...filters] });
      return directory;
    },
  };
  return exporter.export(request, kitwright.contextFor('my-plugin'));
}

test('the model is exported, with the hashes of its files, and nothing else', async () => {
  const out = join(folder, 'out');
  const file = join(out, 'model', 'weights.bin');
  assert.deepEqual(await exportTo(out), [file]);
  assert.equal(await readFile(file, 'utf8'), 'weights');
  assert.match(await readFile(join(out, 'SHA256SUMS'), 'utf8'), /^[a-f0-9]{64} {2}model\/weights\.bin\n$/);
});

describe('every rule for exporters', () =>
  testExporter(test, ({ folder: fresh }) => {
    const destination = join(fresh, 'out');
    const found = async () => {
      const entries = await readdir(destination, { recursive: true, withFileTypes: true }).catch(() => []);
      return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
    };
    return {
      exporter,
      destination,
      exported: async () => {
        const files = (await found()).map(async (path) => [relative(destination, path), await readFile(path)] as const);
        return Object.fromEntries(await Promise.all(files));
      },
      state: async () => Promise.all((await found()).map(async (path) => [path, (await stat(path)).mtimeMs])),
      damage: (path) => writeFile(join(destination, path), 'damaged'),
    };
  }));
