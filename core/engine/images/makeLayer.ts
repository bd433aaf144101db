import { join } from 'node:path';
import { temporaryName } from '../files/atomicWrite.ts';
import { fromNative } from '../files/bytePath.ts';
import type { CapabilitySet } from '../host/createCapabilities.ts';
import type { LayerPool } from '../layers/createPool.ts';
import { encodeRecipe } from '../layers/jobs.ts';
import type { Meter } from '../layers/Meter.ts';
import { type Recipe, recipeSize } from '../layers/recipe.ts';
import type { Digest } from '../oci/digest.ts';
import { mediaTypes } from '../oci/mediaTypes.ts';
import { withProgress } from '../pack/layer/layerWork.ts';
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
  /** Gets the bytes done and all bytes, several times a second. */
  readonly progress?: (done: number, bytes: number) => void;
  readonly signal: AbortSignal;
}

/** A layer from its recipe. Throws `content-changed`, `disk-full`, `cancelled`. */
export async function makeLayer(recipe: Recipe, options: LayerOptions): Promise<ImageLayer> {
  const { signal, progress = () => undefined } = options;
  const make = options.compression === 'gzip' ? compressedLayer : plainLayer;
  return withProgress({ progress, signal }, recipeSize(recipe), (meter) => make(recipe, options, meter));
}

async function plainLayer(
  recipe: Recipe,
  { pool, createdBy }: LayerOptions,
  { buffer: meter }: Meter,
): Promise<ImageLayer> {
  const { digest, size } = await pool.hash({ recipe: encodeRecipe(recipe), meter });
  return {
    descriptor: { mediaType: mediaTypes.imageLayer, digest: digest as Digest, size },
    diffId: digest,
    source: recipeSource(digest, recipe),
    createdBy,
  };
}

async function compressedLayer(
  recipe: Recipe,
  { pool, capabilities, scratch, createdBy }: LayerOptions,
  { buffer: meter }: Meter,
): Promise<ImageLayer> {
  const { module } = capabilities.get('compressor', 'gzip');
  const plugin = capabilities.pluginOf('compressor', 'gzip');
  const path = join(scratch, temporaryName('layer'));
  const job = { recipe: encodeRecipe(recipe), seed: [0, 0], module, plugin, path } as const;
  const { digest, size, diffId } = await pool.compress({ ...job, meter });
  return {
    descriptor: { mediaType: `${mediaTypes.imageLayer}+gzip`, digest: digest as Digest, size },
    diffId,
    source: recipeSource(digest, [{ kind: 'file', path: fromNative(path), offset: 0, size }]),
    createdBy,
  };
}
