import { KitwrightError } from '../../errors/KitwrightError.ts';
import { displayPath } from '../../files/displayPath.ts';
import type { FileDigests } from '../../host/nouns.ts';
import { encodeRecipe } from '../../layers/jobs.ts';
import { contentSize } from '../../layers/manyFiles.ts';
import { withMeter } from '../../layers/withMeter.ts';
import type { Digest } from '../../oci/digest.ts';
import { hashBytes } from '../../store/LayerSnapshot.ts';
import { readLayerDigests } from '../../store/layerDigests.ts';
import { asList, keepDigests, slice } from './fileDigests.ts';
import { type ManyWork, pieceOfRow } from './ManyWork.ts';

/** Keeps SHA-256 of the files of a layer for the next build. `digests` has 32 bytes for each row. */
export function keepRows(work: ManyWork, layer: Digest, digests: Uint8Array): FileDigests {
  const all = keepDigests(
    work.options,
    layer,
    rowsOf(work).map((row) => slice(digests, row)),
  );
  return async () => asList(work.planned, all);
}

/** As `digestsOfUnchanged`. Throws `content-changed`. */
export async function digestsOfRows(work: ManyWork, layer: Digest): Promise<FileDigests> {
  const { options, planned, contents } = work;
  const rows = rowsOf(work);
  const kept = readLayerDigests(options.store.layout, layer, rows.length);
  if (kept) return async () => asList(planned, kept);
  const recipe = rows.map((row) => pieceOfRow(work, row));
  const found = await withMeter(options.signal, (meter) =>
    options.pool.digest({ recipe: encodeRecipe(recipe), meter: meter.buffer, seed: options.store.seed() }),
  );
  const changed = rows.findIndex(
    (row, at) => Buffer.compare(slice(contents, row, hashBytes), slice(found.contents, at, hashBytes)) !== 0,
  );
  if (changed >= 0) {
    const path = displayPath(recipe[changed]?.path ?? '');
    throw new KitwrightError('content-changed', `${path} changed while it was read.`, { data: { path } });
  }
  const all = keepDigests(
    options,
    layer,
    rows.map((_, at) => slice(found.digests, at)),
  );
  return async () => asList(planned, all);
}

/** Those of files with content. */
function rowsOf({ table }: ManyWork): readonly number[] {
  return Array.from(table.modes.subarray(0, table.count), (_, row) => row).filter((row) => contentSize(table, row) > 0);
}
