import type { Kitwright } from '../host/createKitwright.ts';
import { layerTypeFor } from '../host/layerTypeFor.ts';
import type { LoadedKit } from '../kits/loadKit.ts';
import { canLocate } from '../store/roles.ts';
import { openLayerBytes } from './asTar.ts';
import { type KitElement, kitElements } from './kitElements.ts';
import { compressionOf } from './openLayer.ts';

/** What the type of a layer says about it. */
export interface LayerDescription {
  /** The layer, as its Kitfile names it. */
  readonly layer: string;
  readonly lines: readonly string[];
}

/**
 * What plugins say about the layers of their types, as far as their bytes are on this machine and not compressed: to look
 * at a kit fetches nothing.
 */
export async function describeLayers(
  { capabilities }: Kitwright,
  { kitfile, manifest, target }: LoadedKit,
): Promise<readonly LayerDescription[]> {
  if (!canLocate(target)) return [];
  const described: LayerDescription[] = [];
  for (const element of kitElements(kitfile, manifest)) {
    const type = layerTypeFor(element.descriptor.mediaType, capabilities);
    const recipe =
      type?.describe && compressionOf(element) === undefined ? target.locate(element.descriptor) : undefined;
    if (!type?.describe || !recipe) continue;
    using bytes = openLayerBytes(element, recipe);
    described.push({ layer: layerName(element), lines: await type.describe(bytes) });
  }
  return described;
}

function layerName({ role, path }: KitElement): string {
  return `${role} ${path}`;
}
