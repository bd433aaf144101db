import type { BytePath } from '../files/bytePath.ts';
import { type FileTable, isDirectoryMode } from '../files/fileTable.ts';
import { sameRow, wordsOf } from '../files/fingerprintColumns.ts';

/** The rows in which two scans of one layer differ. */
export interface ChangedRows {
  /** Rows of the later one, and those that they were; -1 = new. */
  readonly changed: readonly { readonly row: number; readonly was: number }[];
  /** Rows of the earlier one whose paths are gone. */
  readonly gone: readonly number[];
}

/** Compares two scans of one layer without an object for each file. */
export function changedRows(before: FileTable, now: FileTable): ChangedRows {
  const rows = rowsBefore(before, now);
  const [words, old] = [wordsOf(now.numbers), wordsOf(before.numbers)];
  const isThere = new Uint8Array(before.count);
  const changed: { readonly row: number; readonly was: number }[] = [];
  for (let row = 0; row < now.count; row++) {
    const was = rows[row] ?? -1;
    if (was >= 0) isThere[was] = 1;
    if (was < 0 || !(sameDirectory(now, row, before, was) ?? sameRow(words, row, old, was))) changed.push({ row, was });
  }
  const gone: number[] = [];
  for (let row = 0; row < before.count; row++) if (!isThere[row]) gone.push(row);
  return { changed, gone };
}

/** For each row now that of the same path before; -1 = it is new. */
function rowsBefore({ paths: before }: FileTable, { paths }: FileTable): Int32Array {
  if (before === paths) return Int32Array.from(paths, (_, row) => row);
  const rowOf = new Map<BytePath, number>(before.map((path, row) => [path, row]));
  return Int32Array.from(paths, (path) => rowOf.get(path) ?? -1);
}

/** A directory's own times change with every entry; only its mode is part of the layer. Undefined for what is none. */
function sameDirectory(now: FileTable, row: number, before: FileTable, was: number): boolean | undefined {
  const [mode, other] = [now.modes[row] ?? 0, before.modes[was] ?? 0];
  return isDirectoryMode(mode) && isDirectoryMode(other) ? mode === other : undefined;
}
