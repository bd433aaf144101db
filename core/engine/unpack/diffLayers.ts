import type { Kitwright } from '../host/createKitwright.ts';
import { layerTypeFor } from '../host/layerTypeFor.ts';
import type { LoadedKit } from '../kits/loadKit.ts';
import { privateScratch } from '../store/privateScratch.ts';
import { openLayerBytes } from './asTar.ts';
import type { LayerDescription } from './describeLayers.ts';
import { type KitElement, kitElements } from './kitElements.ts';
import { openPlain } from './openLayer.ts';

/** What plugins say about the difference of two layers of their types at one path. Both are verified first. */
export async function diffLayers(
  kitwright: Kitwright,
  first: LoadedKit,
  second: LoadedKit,
  signal: AbortSignal,
): Promise<readonly LayerDescription[]> {
  const [before, after] = [elementsOf(first), elementsOf(second)];
  const found: LayerDescription[] = [];
  for (const [key, now] of after) {
    const old = before.get(key);
    const type = old && typeOf(old, now, kitwright);
    if (!old || !type?.diff) continue;
    using scratch = privateScratch('diff');
    using a = await openVerified(kitwright, first, old, scratch.path, signal);
    using b = await openVerified(kitwright, second, now, scratch.path, signal);
    found.push({ layer: key, lines: await type.diff(a, b) });
  }
  return found;
}

function elementsOf({ kitfile, manifest }: LoadedKit): ReadonlyMap<string, KitElement> {
  return new Map(kitElements(kitfile, manifest).map((element) => [`${element.role} ${element.path}`, element]));
}

/** The type that made both layers; undefined if they are equal or of different types. */
function typeOf({ descriptor: old }: KitElement, { descriptor: now }: KitElement, { capabilities }: Kitwright) {
  if (old.digest === now.digest) return undefined;
  const type = layerTypeFor(now.mediaType, capabilities);
  return type === layerTypeFor(old.mediaType, capabilities) ? type : undefined;
}

async function openVerified(
  { pool, capabilities }: Kitwright,
  { layerSource: source }: LoadedKit,
  element: KitElement,
  scratch: string,
  signal: AbortSignal,
) {
  const { recipe, verification } = await openPlain(element, { source, pool, capabilities, scratch, signal });
  await verification;
  return openLayerBytes(element, recipe);
}
