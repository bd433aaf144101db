import type { Descriptor } from '../oci/descriptor.ts';
import type { LoadedKit } from './loadKit.ts';

/** What two kits share and what only one of them has. A layer that occurs twice is listed twice. */
export interface KitDiff {
  readonly identical: boolean;
  readonly sameConfig: boolean;
  readonly sameAnnotations: boolean;
  readonly shared: readonly Descriptor[];
  readonly only: readonly [first: readonly Descriptor[], second: readonly Descriptor[]];
}

/** Compares two kits by their manifests. No layer is read. */
export function diffKits(first: LoadedKit, second: LoadedKit): KitDiff {
  const shared: Descriptor[] = [];
  const onlyFirst: Descriptor[] = [];
  const counts = countsOf(second.manifest.layers);
  for (const layer of first.manifest.layers) (takeOne(counts, layer) ? shared : onlyFirst).push(layer);
  // Of equal layers the first ones are shared.
  const taken = countsOf(shared);
  const onlySecond = second.manifest.layers.filter((layer) => !takeOne(taken, layer));
  return {
    identical: first.descriptor.digest === second.descriptor.digest,
    sameConfig: first.manifest.config.digest === second.manifest.config.digest,
    sameAnnotations: sameEntries(first.manifest.annotations, second.manifest.annotations),
    shared,
    only: [onlyFirst, onlySecond],
  };
}

/** How often each digest is there: to look for each layer of one kit in the other would take the product of both. */
function countsOf(layers: readonly Descriptor[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { digest } of layers) counts.set(digest, (counts.get(digest) ?? 0) + 1);
  return counts;
}

/** Is one left? It is not any more. */
function takeOne(counts: Map<string, number>, { digest }: Descriptor): boolean {
  const count = counts.get(digest) ?? 0;
  if (count) counts.set(digest, count - 1);
  return count > 0;
}

function sameEntries(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}
