import { isAscii } from 'node:buffer';
import type { BytePath } from '../files/bytePath.ts';
import { type FileTable, isDirectoryMode } from '../files/fileTable.ts';
import { passingBytes } from '../files/passingBytes.ts';
import { headerSize } from './headerWriter.ts';
import { packLimit, type Seed } from './jobs.ts';
import { paddingOf, tarEnd } from './tarHeader.ts';

/**
 * Where the entries of a tar lie. Each row of the table has a unit: header, content, padding. A chunk is some units that
 * are read together, or one of a large file.
 */
export interface TarLayout {
  /** Of the whole layer. */
  readonly bytes: number;
  readonly headers: Uint32Array;
  /** Where each path begins among all, with a NUL byte between two; and one more for the end. */
  readonly starts: Uint32Array;
  /** The first row of each chunk, and the number of rows. */
  readonly chunks: Uint32Array;
}

/** The largest chunk of small files, in bytes: few enough to be still in the core's cache when they are hashed. */
export const chunkBytes = 512 * 1024;

/** `pathBytes` are the paths once more (`encodePaths`): that all are ASCII is seen in them at once. */
export function layOutTar(
  { count, paths, sizes, modes }: Pick<FileTable, 'count' | 'paths' | 'sizes' | 'modes'>,
  pathBytes: Uint8Array,
): TarLayout {
  const isText = isAscii(pathBytes);
  const headers = uint32(count);
  const starts = uint32(count + 1);
  const chunks = [0];
  let [bytes, inChunk] = [0, 0];
  for (let row = 0; row < count; row++) {
    const [path, mode] = [paths[row] ?? '', modes[row] ?? 0];
    const size = contentSize({ sizes, modes }, row);
    headers[row] = headerSize({ path, mode, size }, isText);
    starts[row + 1] = (starts[row] ?? 0) + path.length + 1;
    const unit = unitSize({ headers }, { sizes, modes }, row);
    bytes += unit;
    const isLarge = size > packLimit;
    if (row > 0 && (isLarge || inChunk + unit > chunkBytes)) {
      chunks.push(row);
      inChunk = 0;
    }
    // Nothing follows a large file in its chunk.
    inChunk += isLarge ? chunkBytes : unit;
  }
  chunks.push(count);
  return { bytes: bytes + tarEnd().byteLength, headers, starts, chunks: Uint32Array.from(chunks) };
}

function uint32(length: number): Uint32Array {
  return new Uint32Array(passingBytes(length * 4).buffer, 0, length);
}

/** Bytes of a row's unit that come into a pack: the content of a large file does not. */
export function packedSize(
  layout: Pick<TarLayout, 'headers'>,
  table: Pick<FileTable, 'sizes' | 'modes'>,
  row: number,
): number {
  const size = contentSize(table, row);
  return unitSize(layout, table, row) - (size > packLimit ? size : 0);
}

export function unitSize(
  layout: Pick<TarLayout, 'headers'>,
  table: Pick<FileTable, 'sizes' | 'modes'>,
  row: number,
): number {
  const size = contentSize(table, row);
  return (layout.headers[row] ?? 0) + size + paddingOf(size);
}

/** Bytes of an entry's content. */
export function contentSize({ sizes, modes }: Pick<FileTable, 'sizes' | 'modes'>, row: number): number {
  return isDirectoryMode(modes[row] ?? 0) ? 0 : (sizes[row] ?? 0);
}

/** Where units lie that the store has, by row. */
export interface StoredUnits {
  /** Files of the store. */
  readonly paths: readonly BytePath[];
  /** Which of them; -1 = none has it. */
  readonly sources: Int32Array;
  readonly offsets: Float64Array;
  /** 1 where only the content lies there, without header and padding. */
  readonly bare: Uint8Array;
}

/** Where what the store does not have is written. */
export interface PackPlan {
  /** A file that is there and empty: it gets all units that the store does not have, in order. */
  readonly path: string;
  /** Where those of each chunk begin, and the length at the end. */
  readonly starts: Float64Array;
  /** 1 for each large file that need not be written (`objectPath`). */
  readonly kept: Uint8Array;
}

/** Lets a thread that hashed the layer before go on in the middle. */
export interface Resume {
  /** Names the layer in all builds. */
  readonly layer: string;
  /** What the layer was before; undefined = nobody knows. */
  readonly digest: string | undefined;
  /** All rows before this one are as they were then. */
  readonly row: number;
}

/**
 * Asks for the digest of a tar of many files. Any number of threads take part: one leads, and computes SHA-256 of what
 * all of them read.
 */
export interface ManyJob extends Pick<FileTable, 'count' | 'numbers' | 'sizes' | 'modes'>, TarLayout {
  /** Absolute. */
  readonly directory: BytePath;
  readonly pathBytes: Uint8Array;
  readonly seed: Seed;
  readonly stored: StoredUnits | undefined;
  /** Undefined if nothing is stored. */
  readonly pack: PackPlan | undefined;
  /** The thread that leads keeps states for the next build, and goes on from those that it has. */
  readonly resume?: Resume | undefined;
  /** Content hash of each row, 16 bytes: filled in, and compared for units that the store has. */
  readonly contents: Uint8Array;
  /**
   * Content hash of each chunk, 16 bytes: it is compared, where it is known and the store has the whole chunk; where it is
   * not, zero, and filled in if the store has something of the layer.
   */
  readonly sums: Uint8Array;
  /** For SHA-256 of each small file, 32 bytes a row, if they are wanted. */
  readonly digests?: Uint8Array | undefined;
  readonly ring: SharedArrayBuffer;
  readonly control: SharedArrayBuffer;
  readonly meter: SharedArrayBuffer;
}

export interface ManyResult {
  /** Undefined if a unit that the store had is damaged. */
  readonly digest: string | undefined;
  /** Bytes that were hashed. */
  readonly hashed: number;
  /** Id of the thread that led. */
  readonly thread: number;
}

/** Where the new units of each chunk begin in a pack that has all of them in order, and its length at the end. */
export function packOffsets(
  layout: TarLayout,
  table: Pick<FileTable, 'sizes' | 'modes'>,
  stored: StoredUnits | undefined,
): Float64Array {
  const { chunks } = layout;
  const offsets = new Float64Array(chunks.length);
  for (let chunk = 0; chunk + 1 < chunks.length; chunk++) {
    let at = offsets[chunk] ?? 0;
    for (let row = chunks[chunk] ?? 0; row < (chunks[chunk + 1] ?? 0); row++)
      if ((stored?.sources[row] ?? -1) < 0) at += packedSize(layout, table, row);
    offsets[chunk + 1] = at;
  }
  return offsets;
}
