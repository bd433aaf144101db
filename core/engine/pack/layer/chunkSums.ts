import { passingBytes } from '../../files/passingBytes.ts';
import type { TarLayout } from '../../layers/manyFiles.ts';
import { hashBytes } from '../../store/LayerSnapshot.ts';
import type { ManyWork } from './ManyWork.ts';
import type { StoredRows } from './storedUnits.ts';

/**
 * Content hashes of the chunks that the store has as a whole, as they were in the last build: each is compared at once, where
 * headers and contents of thousands of files took longer than SHA-256 of them. Zero of other chunks.
 */
export function chunkSums(
  { previous }: Pick<ManyWork, 'previous'>,
  { chunks }: Pick<TarLayout, 'chunks'>,
  stored: StoredRows | undefined,
): Uint8Array {
  const sums = passingBytes((chunks.length - 1) * hashBytes);
  const before = previous?.columns.sums;
  if (!stored || !previous || before?.byteLength !== (stored.chunks.length - 1) * hashBytes) return sums;
  const chunkAt = new Map(Array.from(stored.chunks, (row, chunk) => [row, chunk]));
  for (let chunk = 0; chunk + 1 < chunks.length; chunk++) {
    const [from, to] = [chunks[chunk] ?? 0, chunks[chunk + 1] ?? 0];
    const first = previous.rows[from] ?? -1;
    const old = chunkAt.get(first);
    if (old === undefined || stored.chunks[old + 1] !== first + to - from) continue;
    if (isWhole(stored, previous.rows, from, to))
      sums.set(before.subarray(old * hashBytes, (old + 1) * hashBytes), chunk * hashBytes);
  }
  return sums;
}

/** Are its rows those of the last build, and each with its header in the store? */
function isWhole({ sources, bare }: StoredRows, rows: Int32Array, from: number, to: number): boolean {
  const first = rows[from] ?? -1;
  for (let row = from; row < to; row++)
    if ((sources[row] ?? -1) < 0 || bare[row] || rows[row] !== first + row - from) return false;
  return true;
}
