import type { FileDigests } from '../../host/nouns.ts';
import { contentSize } from '../../layers/manyFiles.ts';
import type { Digest } from '../../oci/digest.ts';
import { hashBytes } from '../../store/LayerSnapshot.ts';
import { readLayerDigests } from '../../store/layerDigests.ts';
import { asList, digestsOf, keepDigests, slice } from './fileDigests.ts';
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
  const found = await digestsOf(
    options,
    rows.map((row) => {
      const piece = pieceOfRow(work, row);
      return { piece, path: piece.path, content: () => slice(contents, row, hashBytes) };
    }),
  );
  const all = keepDigests(
    options,
    layer,
    rows.map((_, at) => slice(found, at)),
  );
  return async () => asList(planned, all);
}

/** Those of files with content. */
function rowsOf({ table }: ManyWork): readonly number[] {
  return Array.from(table.modes.subarray(0, table.count), (_, row) => row).filter((row) => contentSize(table, row) > 0);
}
