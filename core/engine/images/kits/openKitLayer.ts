import type { CapabilitySet } from '../../host/createCapabilities.ts';
import type { LayerPool } from '../../layers/createPool.ts';
import { createRecipeReader } from '../../layers/recipeReader.ts';
import { entriesOf } from '../../unpack/diffFiles.ts';
import { openLayer } from '../../unpack/openLayer.ts';
import type { KitLayer, OpenedKitLayer } from './KitLayer.ts';

export interface OpenKitLayerOptions {
  readonly pool: LayerPool;
  readonly capabilities: CapabilitySet;
  /** For layers that are fetched or decompressed; those of the store are read where they are. */
  readonly scratch: string;
  readonly signal: AbortSignal;
}

/**
 * Opens one layer, with what is in it. Each byte was hashed with SHA-256 when this resolves: the image says of which kit
 * it was made. Throws `descriptor-mismatch`, `kit-malformed`, `compression-unknown`, `layer-format-unknown`.
 */
export async function openKitLayer(layer: KitLayer, options: OpenKitLayerOptions): Promise<OpenedKitLayer> {
  const { element, source } = layer;
  const { recipe, verification } = await openLayer(element, { ...options, source, isVouched: true });
  await verification;
  using reader = createRecipeReader(recipe);
  return { ...layer, recipe, entries: [...entriesOf(element, reader)] };
}
