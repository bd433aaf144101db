import type { FileTable } from '../../files/fileTable.ts';
import { writeHeader } from '../../layers/headerWriter.ts';
import { contentSize } from '../../layers/manyFiles.ts';
import type { StoredPiece } from '../../store/LayerRecord.ts';

/** Bytes of the record itself are written into blocks of this size: a buffer for each would take several times the memory. */
const blockBytes = 1024 * 1024;

/** Collects the pieces of a layer: what lies one behind the other is one piece. */
export function createPieces() {
  const pieces: StoredPiece[] = [];
  let block = Buffer.alloc(0);
  let [start, end] = [0, 0];
  let range: { readonly source: number; readonly offset: number; size: number } | undefined;
  const flush = () => {
    if (end > start) pieces.push({ inline: block.subarray(start, end) });
    if (range) pieces.push(range);
    start = end;
    range = undefined;
  };
  /** Gives where they begin in the block. */
  const reserve = (bytes: number): number => {
    if (bytes === 0) return end;
    if (range || end + bytes > block.byteLength) flush();
    if (end + bytes > block.byteLength) {
      block = Buffer.alloc(Math.max(blockBytes, bytes));
      [start, end] = [0, 0];
    }
    end += bytes;
    return end - bytes;
  };
  return {
    /** So many zeros, in the record itself. */
    addZeros: (bytes: number): void => void reserve(bytes),
    /** The tar header of a row, which has so many bytes. */
    addHeader: (table: FileTable, row: number, bytes: number): void => {
      const [path, mode] = [table.paths[row] ?? '', table.modes[row] ?? 0];
      const at = reserve(bytes);
      writeHeader({ path, mode, size: contentSize(table, row) }, block, at);
    },
    addRange: (source: number, offset: number, size: number): void => {
      if (size === 0) return;
      if (range?.source === source && range.offset + range.size === offset) range.size += size;
      else {
        flush();
        range = { source, offset, size };
      }
    },
    pieces: (): readonly StoredPiece[] => {
      flush();
      return pieces;
    },
  };
}
