import { definePlugin, joinPath, type LayerType, type PlanEntry, type Plugin } from '@kitwright/core/plugin';
import { diffTensors } from './diffTensors.ts';
import { formOf, readHeader, type Tensor } from './readHeader.ts';

const format = 'safetensors';

/** The bytes of a layer are those of the file. */
const safetensors: LayerType = {
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
    yield { path, size, bytes: blocks(read, size) };
  },
  describe: async (layer) => describe((await readHeader(layer)).tensors),
  diff: diffTensors,
};

/** Models that are one safetensors file become layers of that type; `inspect`, `info` and `diff` show their tensors. */
export default function layerSafetensors(): Plugin {
  return definePlugin({
    name: '@kitwright/layer-safetensors',
    apiVersion: 1,
    apply({ hooks, register }) {
      register('layerType', safetensors);
      hooks.build.tap(({ hooks: { entry } }) => entry.tap((one) => (isWeights(one) ? asSafetensors(one) : one)));
    },
  });
}

function isWeights({ role, clean }: PlanEntry): boolean {
  return (role === 'model' || role === 'modelpart') && clean.endsWith('.safetensors');
}

function asSafetensors(entry: PlanEntry): PlanEntry {
  const mediaType = entry.mediaType.replace(/\.v1\.\w+(?:\+[\w.-]+)?$/, `.v1.${format}`);
  return { ...entry, layerType: format, mediaType, compression: undefined };
}

const blockSize = 4 * 1024 * 1024;

async function* blocks(read: (start: number, end: number) => Promise<Uint8Array>, size: number) {
  for (let at = 0; at < size; at += blockSize) yield await read(at, Math.min(size, at + blockSize));
}

/** More are counted, not named. */
const named = 200;

function describe(tensors: readonly Tensor[]): readonly string[] {
  const parameters = tensors.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
  const lines = tensors.slice(0, named).map(formOf);
  const more = tensors.length > named ? [`and ${tensors.length - named} more`] : [];
  return [`${tensors.length} tensors, ${parameters} parameters`, ...lines, ...more];
}
