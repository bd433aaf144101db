import type { CapabilitySet } from '../../host/createCapabilities.ts';
import type { LayerPool } from '../../layers/createPool.ts';
import type { Recipe } from '../../layers/recipe.ts';
import { createRecipeReader } from '../../layers/recipeReader.ts';
import { entriesOf } from '../../unpack/diffFiles.ts';
import { openLayer } from '../../unpack/openLayer.ts';
import type { KitLayer, OpenedKitLayer } from './KitLayer.ts';

export interface KitLayerOptions {
  readonly pool: LayerPool;
  readonly capabilities: CapabilitySet;
  /** For layers that are fetched or decompressed; those of the store are read where they are. */
  readonly scratch: string;
  readonly signal: AbortSignal;
}

/**
 * Opens one layer for `use`, which looks at what is in it while it is hashed with SHA-256: the image says of which kit it
 * was made. What `use` made may be used when this resolves. Throws `descriptor-mismatch`, `kit-malformed`,
 * `compression-unknown`, `layer-format-unknown`, and what `use` throws.
 */
export async function withKitLayer<T>(
  layer: KitLayer,
  options: KitLayerOptions,
  use: (opened: OpenedKitLayer) => Promise<T>,
): Promise<T> {
  const { element, source } = layer;
  const { recipe, verification } = await openLayer(element, { ...options, source, isVouched: true });
  const [checked, used] = await Promise.allSettled([verification, look(layer, recipe, use)]);
  // Damaged bytes explain more than what came of them.
  if (checked.status === 'rejected') throw checked.reason;
  if (used.status === 'rejected') throw used.reason;
  return used.value;
}

async function look<T>(layer: KitLayer, recipe: Recipe, use: (opened: OpenedKitLayer) => Promise<T>): Promise<T> {
  using reader = createRecipeReader(recipe);
  return use({ ...layer, reader, entries: [...entriesOf(layer.element, reader)] });
}
