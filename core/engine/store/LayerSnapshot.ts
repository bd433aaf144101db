import { crc32 } from 'node:zlib';
import type { BytePath } from '../files/bytePath.ts';
import { createTableBuilder, encodePaths } from '../files/fileTable.ts';
import type { Fingerprint } from '../files/fingerprint.ts';
import { fingerprintColumns, fingerprintIn } from '../files/fingerprintColumns.ts';
import { joinBytes } from '../files/passingBytes.ts';
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

/** A snapshot as it is written: by the files, in order. */
export interface SnapshotColumns {
  readonly digest: Digest;
  readonly count: number;
  /** With a NUL byte between two (`encodePaths`). */
  readonly paths: Uint8Array;
  /** As in a `FileTable`. */
  readonly numbers: BigInt64Array;
  readonly hashes: Uint8Array;
  /** 1 = a directory, 2 = racy. */
  readonly flags: Uint8Array;
  /** Content hash of each chunk of the tar (`layOutTar`), headers included; zero of those that nobody has read yet. */
  readonly sums?: Uint8Array | undefined;
}

export const [directoryFlag, racyFlag] = [1, 2];

/** Undefined for bytes that are none. */
export function decodeColumns(bytes: Buffer): SnapshotColumns | undefined {
  if (!bytes.subarray(0, magic.byteLength).equals(magic)) return undefined;
  const body = bytes.subarray(magic.byteLength + 4);
  if (bytes.readUInt32LE(magic.byteLength) !== crc32(body)) return undefined;
  const cursor = { at: 4 };
  const head = JSON.parse(take(body, cursor, body.readUInt32LE(0)).toString()) as {
    digest: string;
    count: number;
    paths: number;
    sums?: number;
  };
  if (!isDigest(head.digest)) return undefined;
  const raw = take(body, cursor, head.count * fingerprintColumns * 8);
  return {
    digest: head.digest,
    count: head.count,
    numbers: new BigInt64Array(raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.byteLength)),
    hashes: take(body, cursor, head.count * hashBytes),
    flags: take(body, cursor, head.count),
    paths: take(body, cursor, head.paths),
    sums: head.sums === undefined ? undefined : take(body, cursor, head.sums),
  };
}

interface Cursor {
  at: number;
}

function take(body: Buffer, cursor: Cursor, length: number): Buffer {
  cursor.at += length;
  return body.subarray(cursor.at - length, cursor.at);
}

/** Undefined for bytes that are none. */
export function decodeSnapshot(bytes: Buffer): LayerSnapshot | undefined {
  const columns = decodeColumns(bytes);
  if (!columns) return undefined;
  const { digest, count, numbers, hashes, flags } = columns;
  const paths = pathsIn(columns);
  const files = Array.from({ length: count }, (_, i): SnapshotFile => {
    const flag = flags[i] ?? 0;
    return {
      path: paths[i] ?? '',
      type: flag & directoryFlag ? 'directory' : 'file',
      fingerprint: fingerprintIn(numbers, i),
      hash: hashes.subarray(i * hashBytes, (i + 1) * hashBytes),
      racy: (flag & racyFlag) !== 0,
    };
  });
  return { digest, files };
}

export function pathsIn({ paths }: Pick<SnapshotColumns, 'paths'>): readonly BytePath[] {
  return Buffer.from(paths.buffer, paths.byteOffset, paths.byteLength).toString('latin1').split('\0');
}

export function encodeColumns({ digest, count, paths, numbers, hashes, flags, sums }: SnapshotColumns): Uint8Array {
  const head = Buffer.from(JSON.stringify({ digest, count, paths: paths.byteLength, sums: sums?.byteLength }));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(head.byteLength);
  const table = new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
  const body = [length, head, table, hashes, flags, paths, ...(sums ? [sums] : [])];
  const sum = Buffer.alloc(4);
  sum.writeUInt32LE(body.reduce((so, part) => crc32(part, so), 0));
  return joinBytes([magic, sum, ...body]);
}

export function encodeSnapshot({ digest, files }: LayerSnapshot): Uint8Array {
  const builder = createTableBuilder();
  for (const { path, fingerprint } of files) builder.add(path, fingerprint);
  const { count, paths, numbers } = builder.table();
  return encodeColumns({
    digest,
    count,
    paths: encodePaths(paths),
    numbers,
    hashes: joinBytes(files.map(({ hash }) => hash)),
    flags: Uint8Array.from(
      files,
      ({ type, racy }) => (type === 'directory' ? directoryFlag : 0) | (racy ? racyFlag : 0),
    ),
  });
}
