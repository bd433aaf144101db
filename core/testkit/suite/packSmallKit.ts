import { utimesSync } from 'node:fs';
import { join } from 'node:path';
import { type Kitwright, openStore, type PackOptions, pack, type StoredKit, unpack } from '@kitwright/core';
import { definePlugin, joinPath, type LayerType, type Plugin } from '@kitwright/core/plugin';
import { type Files, filesBelow, putFiles } from './files.ts';

/** Each element is one file, which is the layer: for tests that need no other layer type. */
const raw: LayerType = {
  id: 'raw',
  format: 'raw',
  compressible: false,
  collect: (tree) => ({ files: [tree.regularFile()] }),
  recipe: ({ files }, directory) =>
    files
      .filter(({ fingerprint }) => fingerprint.size > 0)
      .map(({ path, target, fingerprint }) => {
        const file = target ?? joinPath(directory, path);
        return { kind: 'file', path: file, offset: 0, size: fingerprint.size, fingerprint };
      }),
};

/** Packs files that are layers of their own, where no default plugins are. */
export const rawLayers: Plugin = definePlugin({
  name: 'testkit',
  apiVersion: 1,
  apply: ({ register }) => register('layerType', raw),
});

/** A kit that is packed in a test. */
export interface SmallKit {
  /** Its Kitfile; by default each file is a document. */
  readonly kitfile?: object;
  readonly files: Files;
}

export const smallKit: SmallKit = { files: { 'README.md': '# Net\n', 'notes.txt': 'notes '.repeat(20_000) } };

/** Packs a kit in a fresh folder below this one. */
export async function packSmallKit(
  kitwright: Kitwright,
  folder: string,
  { files, kitfile }: SmallKit,
  more: Partial<PackOptions> = {},
): Promise<StoredKit> {
  const directory = join(folder, 'project');
  putFiles(directory, files);
  // Some layer types keep the times of files.
  for (const path of Object.keys(files)) utimesSync(join(directory, path), 1e9, 1e9);
  const docs = Object.keys(files).map((path) => ({ path }));
  const bytes = Buffer.from(JSON.stringify(kitfile ?? { manifestVersion: '1.0.0', docs }));
  const store = openStore(join(folder, 'store'));
  return pack(kitwright, { directory, store, kitfile: bytes, layerFormat: 'raw', name: 'testkit:v1', ...more });
}

/** Unpacks what was packed below this folder; gives the files. */
export async function unpackSmallKit(kitwright: Kitwright, folder: string): Promise<Files> {
  const directory = join(folder, 'unpacked');
  await unpack(kitwright, {
    name: 'testkit:v1',
    directory,
    store: openStore(join(folder, 'store')),
    existing: 'replace',
  });
  const { Kitfile: _, ...files } = filesBelow(directory);
  return files;
}
