import {
  bytePath,
  definePlugin,
  displayPath,
  joinPath,
  type LayerBytes,
  type LayerType,
  type PlanEntry,
  type Plugin,
} from '@kitwright/core/plugin';

/** The word in the media type; whoever unpacks such a layer needs this plugin. */
const format = 'my-plugin';

/** Bytes of the beginning that are read; a first row that is longer is not described. */
const maxStart = 64 * 1024;

/** JSON Lines: the bytes of the layer are those of the file. */
const jsonLines: LayerType = {
  id: format,
  format,
  compressible: false,
  collect: (tree) => ({ files: [tree.regularFile()] }),
  recipe: ({ files }, directory) =>
    files
      .filter(({ fingerprint }) => fingerprint.size > 0)
      .map(({ path, target, fingerprint }) => {
        const file = target ?? joinPath(directory, path);
        return { kind: 'file', path: file, offset: 0, size: fingerprint.size, fingerprint };
      }),
  async *unpack({ path, size, read }) {
    yield { path, size, bytes: blocksOf(read, size) };
  },
  describe: async (layer) => [`fields: ${(await fieldsOf(layer)).join(', ')}`],
  diff: async (before, after) => {
    const [old, now] = [await fieldsOf(before), await fieldsOf(after)];
    const [gone, come] = [old.filter((name) => !now.includes(name)), now.filter((name) => !old.includes(name))];
    return [...come.map((name) => `+ field ${name}`), ...gone.map((name) => `- field ${name}`)];
  },
};

/** Datasets that are one `.jsonl` file become layers of that type; `info` and `diff` show the fields of their rows. */
export default function plugin(): Plugin {
  return definePlugin({
    name: 'kitwright-plugin-my-plugin',
    apiVersion: 1,
    apply({ hooks, register }) {
      register('layerType', jsonLines);
      hooks.build.tap(({ hooks: build }) => {
        build.entry.tap((entry) => (isJsonLines(entry) ? asJsonLines(entry) : entry));
      });
    },
  });
}

function isJsonLines({ role, clean }: PlanEntry): boolean {
  return role === 'dataset' && clean.endsWith('.jsonl');
}

function asJsonLines(entry: PlanEntry): PlanEntry {
  const mediaType = entry.mediaType.replace(/\.v1\.[\w.+-]+$/, `.v1.${format}`);
  return { ...entry, layerType: format, mediaType, compression: undefined };
}

const blockSize = 4 * 1024 * 1024;

async function* blocksOf(read: LayerBytes['read'], size: number): AsyncIterable<Uint8Array> {
  for (let at = 0; at < size; at += blockSize) yield await read(at, Math.min(size, at + blockSize));
}

/** The names in the first row. Somebody else made the layer: whatever is in it, this gives names of one line, or none. */
async function fieldsOf({ size, read }: LayerBytes): Promise<readonly string[]> {
  const start = Buffer.from(await read(0, Math.min(size, maxStart))).toString('utf8');
  try {
    const row: unknown = JSON.parse(start.slice(0, start.search(/\n|$/)));
    const names = typeof row === 'object' && row !== null ? Object.keys(row) : [];
    return names.map((name) => displayPath(bytePath(name)));
  } catch {
    return [];
  }
}
