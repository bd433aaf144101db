import { crc32 } from 'node:zlib';
import type { BytePath } from '../files/bytePath.ts';
import type { Fingerprint } from '../files/fingerprint.ts';
import { joinBytes, passingBytes } from '../files/passingBytes.ts';
import { type Digest, isDigest } from '../oci/digest.ts';

/** What the last build of one layer saw. What it does not understand is a miss, never an error. */
export interface LayerSnapshot {
  readonly digest: Digest;
  readonly files: readonly SnapshotFile[];
}

export interface SnapshotFile {
  readonly path: BytePath;
  readonly type: 'file' | 'directory';
  readonly fingerprint: Fingerprint;
  /** Content hash; all zero for directories. */
  readonly hash: Uint8Array;
  /** Read so shortly after its last change that the fingerprint proves nothing. */
  readonly racy: boolean;
}

/** Bytes of a content hash (xxHash3, 128 bits). */
export const hashBytes = 16;

const magic = Buffer.from('kitwright-snapshot-2\n');
const columns = 6;

/** Undefined for bytes that are none. */
export function decodeSnapshot(bytes: Buffer): LayerSnapshot | undefined {
  if (!bytes.subarray(0, magic.byteLength).equals(magic)) return undefined;
  const body = bytes.subarray(magic.byteLength + 4);
  if (bytes.readUInt32LE(magic.byteLength) !== crc32(body)) return undefined;
  const cursor = { at: 4 };
  const head = JSON.parse(take(body, cursor, body.readUInt32LE(0)).toString()) as {
    digest: string;
    count: number;
    paths: number;
  };
  if (!isDigest(head.digest)) return undefined;
  const raw = take(body, cursor, head.count * columns * 8);
  const table = new BigInt64Array(raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.byteLength));
  const hashes = take(body, cursor, head.count * hashBytes);
  const flags = take(body, cursor, head.count);
  const paths = take(body, cursor, head.paths).toString('latin1').split('\0');
  const files = Array.from({ length: head.count }, (_, i): SnapshotFile => {
    const at = i * columns;
    const [size = 0n, dev = 0n, ino = 0n, mtimeNs = 0n, ctimeNs = 0n, mode = 0n] = table.subarray(at, at + columns);
    return {
      path: paths[i] ?? '',
      type: (flags[i] ?? 0) & 1 ? 'directory' : 'file',
      fingerprint: { dev, ino, size: Number(size), mtimeNs, ctimeNs, mode: Number(mode) },
      hash: hashes.subarray(i * hashBytes, (i + 1) * hashBytes),
      racy: ((flags[i] ?? 0) & 2) !== 0,
    };
  });
  return { digest: head.digest, files };
}

interface Cursor {
  at: number;
}

function take(body: Buffer, cursor: Cursor, length: number): Buffer {
  cursor.at += length;
  return body.subarray(cursor.at - length, cursor.at);
}

export function encodeSnapshot(snapshot: LayerSnapshot): Uint8Array {
  const { files } = snapshot;
  const tableBytes = passingBytes(files.length * columns * 8);
  const table = new BigInt64Array(tableBytes.buffer, 0, files.length * columns);
  files.forEach(({ fingerprint }, i) => {
    table.set(
      [
        BigInt(fingerprint.size),
        fingerprint.dev,
        fingerprint.ino,
        fingerprint.mtimeNs,
        fingerprint.ctimeNs,
        BigInt(fingerprint.mode),
      ],
      i * columns,
    );
  });
  const flags = Uint8Array.from(files, ({ type, racy }) => (type === 'directory' ? 1 : 0) | (racy ? 2 : 0));
  const paths = Buffer.from(files.map(({ path }) => path).join('\0'), 'latin1');
  const head = Buffer.from(JSON.stringify({ digest: snapshot.digest, count: files.length, paths: paths.byteLength }));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(head.byteLength);
  const body = joinBytes([length, head, tableBytes, ...files.map(({ hash }) => hash), flags, paths]);
  const sum = Buffer.alloc(4);
  sum.writeUInt32LE(crc32(body));
  return joinBytes([magic, sum, body]);
}
