import { joinPath } from '../../files/bytePath.ts';
import { fingerprintIn } from '../../files/fingerprintColumns.ts';
import { contentSize, layOutTar, type TarLayout } from '../../layers/manyFiles.ts';
import { paddingOf, tarEnd } from '../../layers/tarHeader.ts';
import type { LayerRecord, StoredSource } from '../../store/LayerRecord.ts';
import { createPieces } from './createPieces.ts';
import { hashRows } from './hashRows.ts';
import { asDigest } from './layerWork.ts';
import type { ManyWork } from './ManyWork.ts';
import type { StoredMany } from './storeMany.ts';

/** Hashes a layer of many files whose contents stay where they are: its record has the headers, and refers to each file. */
export async function referMany(work: ManyWork): Promise<StoredMany> {
  const { layers } = work.options.store;
  const layout = layOutTar(work.table, work.pathBytes);
  const { digest: found, hashed, digests } = await hashRows(work, layout, { stored: undefined, pack: undefined });
  const digest = asDigest(found ?? '');
  const existed = layers.readHead(digest) !== undefined;
  const record: LayerRecord = { digest, size: layout.bytes, diffId: digest, ...piecesOf(work, layout) };
  layers.write(record);
  return { record, hashed, existed, digests };
}

function piecesOf({ table, options }: ManyWork, layout: TarLayout): Pick<LayerRecord, 'sources' | 'pieces'> {
  const sources: StoredSource[] = [];
  const { pieces, addZeros, addHeader, addRange } = createPieces();
  for (let row = 0; row < table.count; row++) {
    const size = contentSize(table, row);
    addHeader(table, row, layout.headers[row] ?? 0);
    if (size === 0) continue;
    const path = joinPath(options.directory, table.paths[row] ?? '');
    sources.push({ kind: 'reference', path, size, fingerprint: fingerprintIn(table.numbers, row) });
    addRange(sources.length - 1, 0, size);
    addZeros(paddingOf(size));
  }
  addZeros(tarEnd().byteLength);
  return { sources, pieces: pieces() };
}
