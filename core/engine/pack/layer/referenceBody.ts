import { joinPath } from '../../files/bytePath.ts';
import { encodePaths, type FileTable } from '../../files/fileTable.ts';
import { fingerprintColumns } from '../../files/fingerprintColumns.ts';
import { ownBytes } from '../../files/passingBytes.ts';
import { writeHeader } from '../../layers/headerWriter.ts';
import { contentSize, type TarLayout } from '../../layers/manyFiles.ts';
import { paddingOf } from '../../layers/tarHeader.ts';
import { pieceColumns, type RecordBody } from '../../store/LayerRecord.ts';
import type { ManyWork } from './ManyWork.ts';

/** The record of a layer that refers to each of its files, in columns: as objects it took as long as to hash the layer. */
export function referenceBody({ table, options }: Pick<ManyWork, 'table' | 'options'>, layout: TarLayout): RecordBody {
  const rows = rowsWithContent(table);
  const contents = rows.reduce((sum, row) => sum + contentSize(table, row), 0);
  // A header, or several, before each content, and the end.
  const count = 2 * rows.length + 1;
  const plain = ownBytes(count * pieceColumns * 8 + layout.bytes - contents);
  fillPieces(plain, count, table, layout);
  return { sources: [], ...referencesTo(rows, table, options.directory), count, plain };
}

function rowsWithContent(table: FileTable): Uint32Array {
  const rows = new Uint32Array(table.count);
  let count = 0;
  for (let row = 0; row < table.count; row++) if (contentSize(table, row) > 0) rows[count++] = row;
  return rows.subarray(0, count);
}

/** Bytes of the record itself; what is not written are zeros. */
function fillPieces(plain: Uint8Array, count: number, table: FileTable, layout: TarLayout): void {
  const pieces = new Float64Array(plain.buffer, plain.byteOffset, count * pieceColumns);
  const bytes = Buffer.from(plain.buffer, plain.byteOffset, plain.byteLength);
  let [start, at, piece] = [pieces.byteLength, pieces.byteLength, 0];
  const add = (source: number, size: number) => {
    pieces[piece++] = source;
    pieces[piece++] = 0;
    pieces[piece++] = size;
  };
  let source = 0;
  for (let row = 0; row < table.count; row++) {
    const size = contentSize(table, row);
    writeHeader({ path: table.paths[row] ?? '', mode: table.modes[row] ?? 0, size }, bytes, at);
    at += layout.headers[row] ?? 0;
    if (size === 0) continue;
    add(-1, at - start);
    add(source++, size);
    start = at;
    at += paddingOf(size);
  }
  add(-1, plain.byteLength - start);
}

function referencesTo(
  rows: Uint32Array,
  { numbers, paths }: FileTable,
  directory: string,
): Pick<RecordBody, 'numbers' | 'paths'> {
  const bytes = ownBytes(rows.length * fingerprintColumns * 8);
  const found = new BigInt64Array(bytes.buffer, bytes.byteOffset, rows.length * fingerprintColumns);
  const names: string[] = [];
  for (const [i, row] of rows.entries()) {
    names.push(paths[row] ?? '');
    for (let column = 0; column < fingerprintColumns; column++)
      found[i * fingerprintColumns + column] = numbers[row * fingerprintColumns + column] ?? 0n;
  }
  return { numbers: bytes, paths: names.length ? encodePaths(names, joinPath(directory, '')) : new Uint8Array() };
}
