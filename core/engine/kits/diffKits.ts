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
  let rest: readonly Descriptor[] = second.manifest.layers;
  for (const layer of first.manifest.layers) {
    const left = without(rest, layer);
    (left ? shared : onlyFirst).push(layer);
    rest = left ?? rest;
  }
  return {
    identical: first.descriptor.digest === second.descriptor.digest,
    sameConfig: first.manifest.config.digest === second.manifest.config.digest,
    sameAnnotations: sameEntries(first.manifest.annotations, second.manifest.annotations),
    shared,
    only: [onlyFirst, rest],
  };
}

/** `layers` without one that is equal to `wanted`; undefined if there is none. */
function without(layers: readonly Descriptor[], wanted: Descriptor): readonly Descriptor[] | undefined {
  const at = layers.findIndex(({ digest }) => digest === wanted.digest);
  return at < 0 ? undefined : layers.toSpliced(at, 1);
}

function sameEntries(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}
