import { fingerprintColumns } from '../../files/fingerprintColumns.ts';
import type { FileDigests } from '../../host/nouns.ts';
import { digestBytes } from '../../layers/jobs.ts';
import { contentSize } from '../../layers/manyFiles.ts';
import type { Digest } from '../../oci/digest.ts';
import { directoryFlag, hashBytes } from '../../store/LayerSnapshot.ts';
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

/** Takes over those of the rows before `end`, which are as they were in the last build. False if nobody kept them. */
export function takeDigests({ table, previous, options }: ManyWork, end: number, digests: Uint8Array): boolean {
  if (!previous) return end === 0;
  const { digest, count, flags, numbers } = previous.columns;
  const hadContent = (_: unknown, row: number) =>
    flags[row] !== directoryFlag && numbers[row * fingerprintColumns] !== 0n;
  const kept = readLayerDigests(
    options.store.layout,
    digest,
    Array.from({ length: count }, hadContent).filter(Boolean).length,
  );
  if (!kept) return false;
  let at = 0;
  for (let row = 0; row < end; row++)
    if (contentSize(table, row) > 0) digests.set(slice(kept, at++), row * digestBytes);
  return true;
}

/** Those of files with content. */
function rowsOf({ table }: ManyWork): readonly number[] {
  return Array.from(table.modes.subarray(0, table.count), (_, row) => row).filter((row) => contentSize(table, row) > 0);
}
