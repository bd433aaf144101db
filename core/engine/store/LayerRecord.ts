import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { Fingerprint } from '../files/fingerprint.ts';
import type { Digest } from '../oci/digest.ts';

/** A file that holds bytes of a layer. */
export type StoredSource =
  | {
      readonly kind: 'object' | 'pack' | 'blob';
      /** File name within its folder. */
      readonly name: string;
      readonly size: number;
      /** Of the stored file, in ns; text, since JSON has no 64-bit integers. If it differs, the content is checked again. */
      readonly mtimeNs: string;
    }
  | {
      readonly kind: 'reference';
      readonly path: string;
      readonly size: number;
      readonly print: Readonly<Record<keyof Fingerprint, string>>;
    };

/** A piece of a stored layer: inline bytes, or a slice of a source. */
export type StoredPiece =
  | { readonly inline: Uint8Array }
  | { readonly source: number; readonly offset: number; readonly size: number };

/** What `recipes/` keeps of one layer. */
export interface LayerRecord {
  readonly digest: Digest;
  readonly size: number;
  readonly diffId: Digest;
  readonly sources: readonly StoredSource[];
  readonly pieces: readonly StoredPiece[];
}

const version = 1;
const maxRecord = 1024 * 1024 * 1024;

interface Head extends Omit<LayerRecord, 'pieces'> {
  readonly version: number;
  readonly count: number;
}

const columns = 3;

/**
 * The record as bytes: zstd over a JSON head, a table of (source, offset, size) as doubles, and all inline bytes.
 * Headers of a tar compress by far more than 90 %.
 */
export const encodeRecord = (record: LayerRecord): Uint8Array => {
  const { pieces, ...rest } = record;
  const head = Buffer.from(JSON.stringify({ ...rest, version, count: pieces.length } satisfies Head));
  const table = new Float64Array(pieces.length * columns);
  pieces.forEach((piece, i) => {
    table.set(
      'inline' in piece ? [-1, 0, piece.inline.byteLength] : [piece.source, piece.offset, piece.size],
      i * columns,
    );
  });
  const inline = pieces.flatMap((piece) => ('inline' in piece ? [piece.inline] : []));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(head.byteLength);
  return zstdCompressSync(Buffer.concat([length, head, Buffer.from(table.buffer), ...inline]));
};

/** Reads a record; undefined for bytes that are none. What a record says is believed only after SHA-256 agreed. */
export const decodeRecord = (bytes: Uint8Array): LayerRecord | undefined => {
  try {
    const plain = zstdDecompressSync(bytes, { maxOutputLength: maxRecord });
    const tableAt = 4 + plain.readUInt32LE(0);
    const { version: written, count, ...head } = JSON.parse(plain.toString('utf8', 4, tableAt)) as Head;
    const inlineAt = tableAt + count * columns * 8;
    if (written !== version || inlineAt > plain.byteLength) return undefined;
    const table = new Float64Array(plain.buffer.slice(plain.byteOffset + tableAt, plain.byteOffset + inlineAt));
    let at = inlineAt;
    const pieces = Array.from({ length: count }, (_, i): StoredPiece => {
      const [source = -1, offset = 0, size = 0] = table.subarray(i * columns, (i + 1) * columns);
      if (source >= 0) return { source, offset, size };
      at += size;
      return { inline: plain.subarray(at - size, at) };
    });
    return at <= plain.byteLength ? { ...head, pieces } : undefined;
  } catch {
    return undefined;
  }
};

export const printToJson = (print: Fingerprint): Readonly<Record<keyof Fingerprint, string>> => ({
  dev: String(print.dev),
  ino: String(print.ino),
  size: String(print.size),
  mtimeNs: String(print.mtimeNs),
  ctimeNs: String(print.ctimeNs),
  mode: String(print.mode),
});

export const printFromJson = (json: Readonly<Record<keyof Fingerprint, string>>): Fingerprint => ({
  dev: BigInt(json.dev),
  ino: BigInt(json.ino),
  size: Number(json.size),
  mtimeNs: BigInt(json.mtimeNs),
  ctimeNs: BigInt(json.ctimeNs),
  mode: Number(json.mode),
});
