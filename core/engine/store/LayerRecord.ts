import { crc32, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { createTableBuilder, encodePaths } from '../files/fileTable.ts';
import type { Fingerprint } from '../files/fingerprint.ts';
import { fingerprintColumns, fingerprintIn } from '../files/fingerprintColumns.ts';
import { joinBytes, ownBytes, passingSize } from '../files/passingBytes.ts';
import type { Digest } from '../oci/digest.ts';

/** What `recipes/` keeps of one layer. */
export interface LayerRecord {
  readonly digest: Digest;
  readonly size: number;
  readonly diffId: Digest;
  readonly sources: readonly StoredSource[];
  readonly pieces: readonly StoredPiece[];
}

/** Which layer a record is of. */
export type LayerHead = Pick<LayerRecord, 'digest' | 'size' | 'diffId'>;

/** A file that holds bytes of a layer. */
export type StoredSource =
  | {
      readonly kind: 'object' | 'pack' | 'blob';
      /** File name within its folder. */
      readonly name: string;
      readonly size: number;
      /**
       * Of the stored file, in ns; text, since JSON has no 64-bit integers. If it differs, the content is checked
       * again.
       */
      readonly mtimeNs: string;
    }
  | {
      readonly kind: 'reference';
      readonly path: string;
      readonly size: number;
      readonly fingerprint: Fingerprint;
    };

/** A piece of a stored layer: inline bytes, or a slice of a source. */
export type StoredPiece =
  | { readonly inline: Uint8Array }
  | { readonly source: number; readonly offset: number; readonly size: number };

/** The beginning of a record: enough to see whether everything is there, without the pieces. */
export type RecordHead = Omit<LayerRecord, 'pieces'>;

/** The head as it is written; references follow it as columns, since there may be as many as files. */
interface StoredHead extends Omit<RecordHead, 'sources'> {
  readonly version: number;
  readonly count: number;
  /** How long the rest is: a record that was cut off is none. Earlier versions did not say. */
  readonly bytes?: number;
  /** Where table and inline bytes are written as they are, without the zeros at their end: their CRC-32 and length. */
  readonly plain?: readonly [sum: number, bytes: number];
  readonly sources: readonly (WrittenSource | OlderReference)[];
  /** Bytes of their fingerprints and of their paths. */
  readonly references?: readonly [fingerprints: number, paths: number];
}

type WrittenSource = Exclude<StoredSource, ReferenceSource>;
type ReferenceSource = Extract<StoredSource, { kind: 'reference' }>;

/** A reference as earlier versions wrote it, among the others: a fingerprint was text, since JSON has no 64-bit integers. */
interface OlderReference extends Omit<ReferenceSource, 'fingerprint'> {
  readonly print: Readonly<Record<keyof Fingerprint, string>>;
}

const version = 2;

/** Of the table of pieces. */
export const pieceColumns = 3;
const smallestChunk = 16 * 1024;

/**
 * A header repeats the one before it: a window of 32 KiB (2^15) finds as much as a larger one, and needs less memory.
 */
function fastest() {
  // Loaded only now: most commands write no record.
  const { constants } = process.getBuiltinModule('node:zlib');
  return {
    [constants.ZSTD_c_compressionLevel]: 1,
    [constants.ZSTD_c_windowLog]: 15,
    [constants.ZSTD_c_checksumFlag]: 1,
  };
}

/** For so few bytes setting up zstd takes longer than all the rest; most of them are the zeros at the end of a tar. */
const smallBody = 4 * 1024;

/**
 * The record as bytes: the length of a JSON head, the head, references, and a table of (source, offset, size) as doubles
 * and all inline bytes, in zstd unless they are few. Headers of a tar compress by far more than 90 %.
 */
export function encodeRecord({ digest, size, diffId, sources, pieces }: LayerRecord): Uint8Array {
  const [numbers, paths] = encodeReferences(sources);
  const written = sources.filter(isWritten);
  const plain = encodePieces(sources, pieces);
  return joinRecord(
    { digest, size, diffId },
    encodeBody({ sources: written, numbers, paths, count: pieces.length, plain }),
  );
}

/** What a record has beside its head, as bytes. */
export interface RecordBody {
  /** Files of the store. */
  readonly sources: readonly WrittenSource[];
  /** Of the files that it refers to, which come after those: `fingerprintColumns`, and paths as `encodePaths` makes them. */
  readonly numbers: Uint8Array;
  readonly paths: Uint8Array;
  /** How many pieces there are. */
  readonly count: number;
  /** Their table, and all inline bytes. */
  readonly plain: Uint8Array;
}

/** As it is written. */
export interface EncodedBody {
  readonly head: Omit<StoredHead, keyof LayerHead>;
  readonly bytes: readonly Uint8Array[];
}

/** The most of the work of a record, which needs no digest. */
export function encodeBody({ sources, numbers, paths, count, plain }: RecordBody): EncodedBody {
  const isSmall = plain.byteLength <= smallBody;
  const body = isSmall ? withoutZeros(plain) : compressed(plain);
  const more = paths.byteLength ? { references: [numbers.byteLength, paths.byteLength] as const } : {};
  const bytes = numbers.byteLength + paths.byteLength + body.byteLength;
  const form = isSmall ? { plain: [crc32(plain), plain.byteLength] as const } : {};
  return { head: { sources, ...more, version, count, bytes, ...form }, bytes: [numbers, paths, body] };
}

export function joinRecord(of: LayerHead, { head: rest, bytes }: EncodedBody): Uint8Array {
  const stored: StoredHead = { ...of, ...rest };
  const head = Buffer.from(JSON.stringify(stored));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(head.byteLength);
  return joinBytes([length, head, ...bytes]);
}

function encodePieces(sources: readonly StoredSource[], pieces: readonly StoredPiece[]): Uint8Array {
  const indexes = writtenIndexes(sources);
  const columnBytes = ownBytes(pieces.length * pieceColumns * 8);
  const table = new Float64Array(columnBytes.buffer, 0, pieces.length * pieceColumns);
  pieces.forEach((piece, i) => {
    const inline = 'inline' in piece;
    table[i * pieceColumns] = inline ? -1 : (indexes[piece.source] ?? -1);
    table[i * pieceColumns + 1] = inline ? 0 : piece.offset;
    table[i * pieceColumns + 2] = inline ? piece.inline.byteLength : piece.size;
  });
  return joinBytes([columnBytes, ...inlineRuns(pieces)]);
}

function withoutZeros(bytes: Uint8Array): Uint8Array {
  return bytes.subarray(0, bytes.findLastIndex((byte) => byte !== 0) + 1);
}

/** In one chunk: several would be joined in memory of another kind. */
function compressed(plain: Uint8Array): Uint8Array {
  const chunkSize = passingSize(Math.max(plain.byteLength, smallestChunk));
  return zstdCompressSync(plain, { params: fastest(), chunkSize });
}

function isWritten(source: StoredSource | OlderReference): source is WrittenSource {
  return source.kind !== 'reference';
}

/** The inline bytes; what lies one behind the other in memory is one part, since there may be one for each file. */
function inlineRuns(pieces: readonly StoredPiece[]): readonly Uint8Array[] {
  const runs: Uint8Array[] = [];
  let run: { readonly of: Uint8Array; length: number } | undefined;
  const flush = () => {
    if (run) runs.push(new Uint8Array(run.of.buffer, run.of.byteOffset, run.length));
  };
  for (const piece of pieces) {
    if (!('inline' in piece)) continue;
    const { inline } = piece;
    if (run && run.of.buffer === inline.buffer && run.of.byteOffset + run.length === inline.byteOffset)
      run.length += inline.byteLength;
    else {
      flush();
      run = { of: inline, length: inline.byteLength };
    }
  }
  flush();
  return runs;
}

/** Where each source is among those of the record that is read: references come last. */
function writtenIndexes(sources: readonly StoredSource[]): Uint32Array {
  const indexes = new Uint32Array(sources.length);
  let [next, nextReference] = [0, sources.filter(isWritten).length];
  for (const [at, source] of sources.entries()) indexes[at] = isWritten(source) ? next++ : nextReference++;
  return indexes;
}

function encodeReferences(sources: readonly StoredSource[]): readonly [numbers: Uint8Array, paths: Uint8Array] {
  if (sources.every(isWritten)) return [new Uint8Array(), new Uint8Array()];
  const builder = createTableBuilder();
  for (const source of sources) if (!isWritten(source)) builder.add(source.path, source.fingerprint);
  const { numbers, paths } = builder.table();
  return [new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength), encodePaths(paths)];
}

/** Reads the head of a record; undefined for bytes that are none. */
export function decodeHead(bytes: Buffer): RecordHead | undefined {
  return headIn(bytes, (head, end) => sourcesIn(bytes, head, end));
}

/** The head of a record without references: there may be as many as files. */
export function decodeStored(bytes: Buffer): RecordHead | undefined {
  return headIn(bytes, ({ sources }) => sources.filter(isWritten));
}

function headIn(
  bytes: Buffer,
  sourcesOf: (head: StoredHead, end: number) => readonly StoredSource[],
): RecordHead | undefined {
  try {
    const { head, end } = parseHead(bytes);
    if (head.version !== version) return undefined;
    const { version: _, count: __, bytes: ___, references: ____, plain: _____, ...rest } = head;
    return { ...rest, sources: sourcesOf(head, end) };
  } catch {
    return undefined;
  }
}

function parseHead(bytes: Buffer): { readonly head: StoredHead; readonly end: number } {
  const end = 4 + bytes.readUInt32LE(0);
  const head = JSON.parse(bytes.toString('utf8', 4, end)) as StoredHead;
  const whole = end + (head.bytes ?? bytes.byteLength - end);
  if (bytes.byteLength !== whole) throw new Error('A record that a crash of the machine cut off.');
  return { head, end };
}

function sourcesIn(bytes: Buffer, { sources, references }: StoredHead, end: number): readonly StoredSource[] {
  const before = sources.map(decodeSource);
  if (!references) return before;
  const [numberBytes, pathBytes] = references;
  const raw = bytes.subarray(end, end + numberBytes);
  const numbers = new BigInt64Array(raw.buffer.slice(raw.byteOffset, raw.byteOffset + numberBytes));
  const paths = bytes.toString('latin1', end + numberBytes, end + numberBytes + pathBytes).split('\0');
  if (paths.length * fingerprintColumns !== numbers.length) throw new Error('Not as many paths as fingerprints.');
  const found = paths.map((path, row): ReferenceSource => {
    const fingerprint = fingerprintIn(numbers, row);
    return { kind: 'reference', path, size: fingerprint.size, fingerprint };
  });
  return [...before, ...found];
}

function decodeSource(source: WrittenSource | OlderReference): StoredSource {
  if (source.kind !== 'reference') return source;
  const { print, ...rest } = source;
  const [dev, ino, mtimeNs, ctimeNs] = [print.dev, print.ino, print.mtimeNs, print.ctimeNs].map(BigInt) as Numbers;
  return { ...rest, fingerprint: { dev, ino, mtimeNs, ctimeNs, size: Number(print.size), mode: Number(print.mode) } };
}

type Numbers = [bigint, bigint, bigint, bigint];

const maxRecord = 1024 * 1024 * 1024;

/** Reads a record; undefined for bytes that are none. What a record says is believed only after SHA-256 agreed. */
export function decodeRecord(bytes: Buffer): LayerRecord | undefined {
  try {
    const head = decodeHead(bytes);
    if (!head) return undefined;
    const {
      head: { count, plain, references: [numbers, paths] = [0, 0] },
      end,
    } = parseHead(bytes);
    const body = bytes.subarray(end + numbers + paths);
    const decoded = plain ? withZeros(body, plain) : zstdDecompressSync(body, { maxOutputLength: maxRecord });
    return { ...head, pieces: decodePieces(decoded, count) };
  } catch {
    return undefined;
  }
}

function withZeros(body: Buffer, [sum, bytes]: readonly [number, number]): Buffer {
  if (bytes > smallBody) throw new Error('More than is written as it is.');
  const plain = Buffer.alloc(bytes);
  body.copy(plain);
  if (crc32(plain) !== sum) throw new Error('A record that the disk changed.');
  return plain;
}

function decodePieces(plain: Buffer, count: number): readonly StoredPiece[] {
  let at = count * pieceColumns * 8;
  const table = new Float64Array(plain.buffer.slice(plain.byteOffset, plain.byteOffset + at));
  return Array.from({ length: count }, (_, i): StoredPiece => {
    const [source = -1, offset = 0, size = 0] = [
      table[i * pieceColumns],
      table[i * pieceColumns + 1],
      table[i * pieceColumns + 2],
    ];
    if (source >= 0) return { source, offset, size };
    at += size;
    return { inline: plain.subarray(at - size, at) };
  });
}
