import type { PlannedLayer } from '../host/nouns.ts';
import { namesOf } from '../host/plannedTable.ts';

/** Bytes of all files of a layer, as they were planned. */
export function layerBytes(planned: PlannedLayer): number {
  let bytes = 0;
  for (const { type, size } of namesOf(planned)) if (type === 'file') bytes += size;
  return bytes;
}
