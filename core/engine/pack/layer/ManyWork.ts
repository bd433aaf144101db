import { type BytePath, joinPath } from '../../files/bytePath.ts';
import { type FileTable, isDirectoryMode } from '../../files/fileTable.ts';
import { fingerprintColumns, fingerprintIn, sameRow, wordsOf } from '../../files/fingerprintColumns.ts';
import type { PlannedLayer } from '../../host/nouns.ts';
import { contentSize } from '../../layers/manyFiles.ts';
import type { FilePiece } from '../../layers/recipe.ts';
import { directoryFlag, hashBytes, pathsIn, racyFlag, type SnapshotColumns } from '../../store/LayerSnapshot.ts';
import type { LayerBuildOptions } from './layerWork.ts';

/** A layer of many files while it is built: all columns have a row for each entry of the table. */
export interface ManyWork {
  readonly planned: PlannedLayer;
  readonly table: FileTable;
  readonly pathBytes: Uint8Array;
  readonly options: LayerBuildOptions;
  readonly previous: Previous | undefined;
  /** Content hashes; zero where they are not known. */
  readonly contents: Uint8Array;
  /** Is the content hash that of the file as it was scanned? `taken` over from the snapshot, or `probed`. */
  readonly known: Uint8Array;
}

export const [taken, probed] = [1, 2];

/** The snapshot of the last build. */
export interface Previous {
  readonly columns: SnapshotColumns;
  readonly paths: readonly BytePath[];
  /** For each row of the table that of the same path in the snapshot; -1 = it is new. */
  readonly rows: Int32Array;
}

export function previousOf(columns: SnapshotColumns, { paths }: FileTable, pathBytes: Uint8Array): Previous {
  if (Buffer.compare(columns.paths, pathBytes) === 0) return { columns, paths, rows: Int32Array.from(paths.keys()) };
  const before = pathsIn(columns);
  const rowOf = new Map(before.map((path, row) => [path, row]));
  return { columns, paths: before, rows: Int32Array.from(paths, (path) => rowOf.get(path) ?? -1) };
}

/** Takes over the content hashes of files whose fingerprints did not change. */
export function takeKnown({ table, previous, contents, known }: Omit<ManyWork, 'planned' | 'options'>): void {
  if (!previous) return;
  const { columns, rows, paths } = previous;
  const [words, before] = [wordsOf(table.numbers), wordsOf(columns.numbers)];
  // Mostly no path came or went, and all are copied at once.
  const isInPlace = paths === table.paths;
  if (isInPlace) contents.set(columns.hashes);
  for (let row = 0; row < table.count; row++) {
    const old = rows[row] ?? -1;
    const isTaken = old >= 0 && columns.flags[old] === 0 && sameRow(words, row, before, old);
    if (isTaken) known[row] = taken;
    if (isTaken === isInPlace) continue;
    const hash = isTaken ? columns.hashes.subarray(old * hashBytes, (old + 1) * hashBytes) : noHash;
    contents.set(hash, row * hashBytes);
  }
}

const noHash = new Uint8Array(hashBytes);

const permissionBits = 0o7777;

/** Has the row the name, mode and size of the snapshot, so that its header is the same? */
export function sameHeader({ table, previous }: ManyWork, row: number): boolean {
  const old = previous?.rows[row] ?? -1;
  if (!previous || old < 0) return false;
  const { numbers } = previous.columns;
  const mode = Number(numbers[old * fingerprintColumns + 5]);
  const isDirectory = isDirectoryMode(mode);
  const now = table.modes[row] ?? 0;
  return (
    isDirectory === isDirectoryMode(now) &&
    (mode & permissionBits) === (now & permissionBits) &&
    (isDirectory || Number(numbers[old * fingerprintColumns]) === table.sizes[row])
  );
}

/** Is the content that of the snapshot, as far as it is known? */
export function sameContent({ table, previous, contents, known }: ManyWork, row: number): boolean {
  if (contentSize(table, row) === 0) return true;
  const old = previous?.rows[row] ?? -1;
  if (!previous || old < 0 || !known[row]) return false;
  if (known[row] === taken) return true;
  const [at, was] = [row * hashBytes, old * hashBytes];
  return (
    Buffer.compare(contents.subarray(at, at + hashBytes), previous.columns.hashes.subarray(was, was + hashBytes)) === 0
  );
}

/** Is the size that of the snapshot? */
export function isSizeKept({ table, previous }: ManyWork, row: number): boolean {
  const old = previous?.rows[row] ?? -1;
  return (
    previous !== undefined &&
    old >= 0 &&
    Number(previous.columns.numbers[old * fingerprintColumns]) === table.sizes[row]
  );
}

/** The file of a row. */
export function pieceOfRow({ table, options }: ManyWork, row: number): FilePiece {
  const fingerprint = fingerprintIn(table.numbers, row);
  const path = joinPath(options.directory, table.paths[row] ?? '');
  return { kind: 'file', path, offset: 0, size: fingerprint.size, fingerprint };
}

/** Are names, modes and contents those of the last build? Then the layer is the same. */
export function isSame(work: ManyWork): boolean {
  const { previous, table } = work;
  return previous?.columns.count === table.count && firstChanged(work) === table.count;
}

/** The first row that is not as it was in the last build, in the same place; the number of rows if all are. */
export function firstChanged(work: ManyWork): number {
  const { previous, table, known } = work;
  for (let row = 0; row < table.count; row++) {
    if (previous?.rows[row] !== row) return row;
    if (known[row] !== taken && !(sameHeader(work, row) && sameContent(work, row))) return row;
  }
  return table.count;
}

export function flagsOf({ table }: ManyWork, trustedBefore: bigint): Uint8Array {
  const { numbers, modes } = table;
  const flags = new Uint8Array(table.count);
  for (let row = 0; row < table.count; row++) {
    const [mtime = 0n, ctime = 0n] = [numbers[row * fingerprintColumns + 3], numbers[row * fingerprintColumns + 4]];
    if (isDirectoryMode(modes[row] ?? 0)) flags[row] = directoryFlag;
    else if (mtime >= trustedBefore || ctime >= trustedBefore) flags[row] = racyFlag;
  }
  return flags;
}
