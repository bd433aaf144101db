import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { Fingerprint } from '../files/fingerprint.ts';
import { joinBytes, passingBytes, passingSize } from '../files/passingBytes.ts';
import type { Digest } from '../oci/digest.ts';

/** What `recipes/` keeps of one layer. */
export interface LayerRecord {
  readonly digest: Digest;
  readonly size: number;
  readonly diffId: Digest;
  readonly sources: readonly StoredSource[];
  readonly pieces: readonly StoredPiece[];
}

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

/** The head as it is written: JSON has no 64-bit integers, so a fingerprint is text there, and its field is `print`. */
interface StoredHead extends Omit<RecordHead, 'sources'> {
  readonly version: number;
  readonly count: number;
  /** How long the rest is: a record that was cut off is none. Earlier versions did not say. */
  readonly bytes?: number;
  readonly sources: readonly WrittenSource[];
}

type WrittenSource =
  | Exclude<StoredSource, { kind: 'reference' }>
  | (Omit<Extract<StoredSource, { kind: 'reference' }>, 'fingerprint'> & { readonly print: FingerprintJson });

type FingerprintJson = Readonly<Record<keyof Fingerprint, string>>;

const version = 2;

const columns = 3;
const smallestChunk = 16 * 1024;

/**
 * A header repeats the one before it: a window of 32 KiB (2^15) finds as much as a larger one, and needs less memory.
 */
const fastest = {
  [constants.ZSTD_c_compressionLevel]: 1,
  [constants.ZSTD_c_windowLog]: 15,
  [constants.ZSTD_c_checksumFlag]: 1,
};

/**
 * The record as bytes: the length of a JSON head, the head, and zstd over a table of (source, offset, size) as doubles
 * and all inline bytes. Headers of a tar compress by far more than 90 %.
 */
export function encodeRecord(record: LayerRecord): Uint8Array {
  const { pieces, ...rest } = record;
  const columnBytes = passingBytes(pieces.length * columns * 8);
  const table = new Float64Array(columnBytes.buffer, 0, pieces.length * columns);
  pieces.forEach((piece, i) => {
    const inline = 'inline' in piece;
    table[i * columns] = inline ? -1 : piece.source;
    table[i * columns + 1] = inline ? 0 : piece.offset;
    table[i * columns + 2] = inline ? piece.inline.byteLength : piece.size;
  });
  const inline = pieces.flatMap((piece) => ('inline' in piece ? [piece.inline] : []));
  const plain = joinBytes([columnBytes, ...inline]);
  // In one chunk: several would be joined in memory of another kind.
  const chunkSize = passingSize(Math.max(plain.byteLength, smallestChunk));
  const body = zstdCompressSync(plain, { params: fastest, chunkSize });
  const sources = rest.sources.map(encodeSource);
  const stored: StoredHead = { ...rest, sources, version, count: pieces.length, bytes: body.byteLength };
  const head = Buffer.from(JSON.stringify(stored));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(head.byteLength);
  return joinBytes([length, head, body]);
}

function encodeSource(source: StoredSource): WrittenSource {
  if (source.kind !== 'reference') return source;
  const { fingerprint, ...rest } = source;
  return { ...rest, print: fingerprintToJson(fingerprint) };
}

function fingerprintToJson(fingerprint: Fingerprint): FingerprintJson {
  return {
    dev: String(fingerprint.dev),
    ino: String(fingerprint.ino),
    size: String(fingerprint.size),
    mtimeNs: String(fingerprint.mtimeNs),
    ctimeNs: String(fingerprint.ctimeNs),
    mode: String(fingerprint.mode),
  };
}

/** Reads the head of a record; undefined for bytes that are none. */
export function decodeHead(bytes: Buffer): RecordHead | undefined {
  try {
    const { version: written, count: _, bytes: __, sources, ...head } = parseHead(bytes).head;
    return written === version ? { ...head, sources: sources.map(decodeSource) } : undefined;
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

function decodeSource(source: WrittenSource): StoredSource {
  if (source.kind !== 'reference') return source;
  const { print, ...rest } = source;
  return { ...rest, fingerprint: fingerprintFromJson(print) };
}

function fingerprintFromJson(json: FingerprintJson): Fingerprint {
  return {
    dev: BigInt(json.dev),
    ino: BigInt(json.ino),
    size: Number(json.size),
    mtimeNs: BigInt(json.mtimeNs),
    ctimeNs: BigInt(json.ctimeNs),
    mode: Number(json.mode),
  };
}

const maxRecord = 1024 * 1024 * 1024;

/** Reads a record; undefined for bytes that are none. What a record says is believed only after SHA-256 agreed. */
export function decodeRecord(bytes: Buffer): LayerRecord | undefined {
  try {
    const { head, end } = parseHead(bytes);
    const { version: written, count, bytes: _, sources, ...rest } = head;
    if (written !== version) return undefined;
    return {
      ...rest,
      sources: sources.map(decodeSource),
      pieces: decodePieces(zstdDecompressSync(bytes.subarray(end), { maxOutputLength: maxRecord }), count),
    };
  } catch {
    return undefined;
  }
}

function decodePieces(plain: Buffer, count: number): readonly StoredPiece[] {
  let at = count * columns * 8;
  const table = new Float64Array(plain.buffer.slice(plain.byteOffset, plain.byteOffset + at));
  return Array.from({ length: count }, (_, i): StoredPiece => {
    const [source = -1, offset = 0, size = 0] = [table[i * columns], table[i * columns + 1], table[i * columns + 2]];
    if (source >= 0) return { source, offset, size };
    at += size;
    return { inline: plain.subarray(at - size, at) };
  });
}
