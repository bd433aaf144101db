import type { Descriptor } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import { parseLayerMediaType } from '../oci/mediaTypes.ts';
import { maxRatio, maxShared } from './layerLimits.ts';

/** What all elements beyond those that may share a layer may be, in bytes. */
const freeBytes = 4 * 1024 ** 3;

/**
 * How many elements have each layer; `layers` are those of the elements. Each of them is written: thirty thousand that
 * name one layer would fill a disk with what was sent once. Throws `tooOften`.
 */
export function countUses(
  layers: readonly Descriptor[],
  tooOften: (digest: Digest) => Error,
): ReadonlyMap<Digest, number> {
  const uses = new Map<Digest, number>();
  let more = 0;
  for (const { digest, size, mediaType } of layers) {
    const count = (uses.get(digest) ?? 0) + 1;
    uses.set(digest, count);
    if (count <= maxShared) continue;
    more += parseLayerMediaType(mediaType)?.compression === undefined ? size : size * maxRatio;
    if (more > freeBytes) throw tooOften(digest);
  }
  return uses;
}
