import type { FileDigests, Layer, LayerCost, PlannedLayer } from '../../host/nouns.ts';
import { countOf } from '../../host/plannedTable.ts';
import type { LayerHead } from '../../store/LayerRecord.ts';

/** What a layer costs that did not change. */
export const reusedCost: LayerCost = { reused: true, hashedBytes: 0, existed: true, changed: [], changedCount: 0 };

/** The layer of a record. */
export function layerOf(
  planned: PlannedLayer,
  { digest, size, diffId }: LayerHead,
  cost: LayerCost,
  fileDigests?: FileDigests,
): Layer {
  const { entry } = planned;
  const annotations = Object.keys(entry.annotations).length ? { annotations: entry.annotations } : {};
  return {
    entry,
    descriptor: { mediaType: entry.mediaType, digest, size, ...annotations },
    diffId,
    files: countOf(planned),
    ...(fileDigests ? { fileDigests } : {}),
    cost,
  };
}
