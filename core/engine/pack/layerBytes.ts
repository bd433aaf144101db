import type { PlannedLayer } from '../host/nouns.ts';
import { namesOf, tableOf } from '../host/plannedTable.ts';
import { contentSize } from '../layers/manyFiles.ts';

/** Bytes of all files of a layer, as they were planned. */
export function layerBytes(planned: PlannedLayer): number {
  const table = tableOf(planned);
  let bytes = 0;
  for (let row = 0; table && row < table.count; row++) bytes += contentSize(table, row);
  if (table) return bytes;
  for (const { type, size } of namesOf(planned)) if (type === 'file') bytes += size;
  return bytes;
}
