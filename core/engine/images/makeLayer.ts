import { join } from 'node:path';
import { temporaryName } from '../files/atomicWrite.ts';
import { fromNative } from '../files/bytePath.ts';
import type { CapabilitySet } from '../host/createCapabilities.ts';
import type { LayerPool } from '../layers/createPool.ts';
import { encodeRecipe } from '../layers/jobs.ts';
import type { Recipe } from '../layers/recipe.ts';
import type { Digest } from '../oci/digest.ts';
import { mediaTypes } from '../oci/mediaTypes.ts';
import { cancellable } from '../unpack/cancellable.ts';
import type { ImageLayer } from './Image.ts';
import { recipeSource } from './recipeSource.ts';

/** zstd is none of them: KServe 0.21 refuses it. */
export type LayerCompression = 'none' | 'gzip';

export interface LayerOptions {
  readonly pool: LayerPool;
  readonly capabilities: CapabilitySet;
  readonly compression: LayerCompression;
  /** Compressed layers lie here until they are pushed; plain ones are never written. */
  readonly scratch: string;
  readonly createdBy: string;
  readonly signal: AbortSignal;
}

/** A layer from its recipe. Throws `content-changed`, `disk-full`, `cancelled`. */
export function makeLayer(recipe: Recipe, options: LayerOptions): Promise<ImageLayer> {
  return options.compression === 'gzip' ? compressedLayer(recipe, options) : plainLayer(recipe, options);
}

async function plainLayer(recipe: Recipe, { pool, signal, createdBy }: LayerOptions): Promise<ImageLayer> {
  const { digest, size } = await cancellable(signal, ({ buffer: meter }) =>
    pool.hash({ recipe: encodeRecipe(recipe), meter }),
  );
  return {
    descriptor: { mediaType: mediaTypes.imageLayer, digest: digest as Digest, size },
    diffId: digest,
    source: recipeSource(digest, recipe),
    createdBy,
  };
}

async function compressedLayer(recipe: Recipe, options: LayerOptions): Promise<ImageLayer> {
  const { pool, capabilities, scratch, signal, createdBy } = options;
  const { module } = capabilities.get('compressor', 'gzip');
  const plugin = capabilities.pluginOf('compressor', 'gzip');
  const path = join(scratch, temporaryName('layer'));
  const job = { recipe: encodeRecipe(recipe), seed: [0, 0], module, plugin, path } as const;
  const { digest, size, diffId } = await cancellable(signal, ({ buffer: meter }) => pool.compress({ ...job, meter }));
  return {
    descriptor: { mediaType: `${mediaTypes.imageLayer}+gzip`, digest: digest as Digest, size },
    diffId,
    source: recipeSource(digest, [{ kind: 'file', path: fromNative(path), offset: 0, size }]),
    createdBy,
  };
}
