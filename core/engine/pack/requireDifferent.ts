import { KitwrightError } from '../errors/KitwrightError.ts';
import { fileId } from '../files/fingerprint.ts';
import { fingerprintIn } from '../files/fingerprintColumns.ts';
import { hasRoom } from '../files/requireRoom.ts';
import type { Plan, PlannedLayer } from '../host/nouns.ts';
import { tableOf } from '../host/plannedTable.ts';
import { contentSize } from '../layers/manyFiles.ts';
import { layerBytes } from './layerBytes.ts';

/** So many bytes are free, and so many times those of the different files: as with links (`linkReport.ts`). */
const [freeBytes, maxRatio] = [1024 ** 3, 10];

/**
 * Refuses what does not fit on the disk of the store, and is few files under many names: a hard link takes some bytes of an archive,
 * and each name was written as a file. Throws `layer-path-refused`.
 */
export function requireDifferent({ layers }: Pick<Plan, 'layers'>, store: string): void {
  const bytes = layers.reduce((sum, layer) => sum + layerBytes(layer), 0);
  if (bytes <= freeBytes || hasRoom(store, bytes)) return;
  const seen = new Set<string>();
  let different = 0;
  for (const layer of layers)
    for (const { dev, ino, size } of contentsOf(layer)) {
      const id = fileId({ dev, ino });
      if (!seen.has(id)) different += size;
      seen.add(id);
      if (bytes <= freeBytes + maxRatio * different) return;
    }
  throw new KitwrightError(
    'layer-path-refused',
    `The files have ${bytes} bytes under all of their names, and ${different} without those that are names of others (hard links).`,
    {
      data: { bytes, different },
      hint: 'Name in .kitignore what is there more than once, or free so much of the disk.',
    },
  );
}

function* contentsOf(layer: PlannedLayer) {
  const table = tableOf(layer);
  for (let row = 0; table && row < table.count; row++)
    if (contentSize(table, row) > 0) yield fingerprintIn(table.numbers, row);
  if (!table) for (const { type, fingerprint } of layer.files) if (type === 'file') yield fingerprint;
}
