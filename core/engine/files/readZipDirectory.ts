/** One entry of a ZIP archive's central directory. Offsets and sizes in bytes. */
export interface ZipEntry {
  readonly name: string;
  readonly offset: number;
  readonly compressedSize: number;
}

const endBytes = 22;

/** Directories above this many bytes are not read. */
const maxDirectory = 64 * 1024 * 1024;

/**
 * The central directory of a ZIP archive (APPNOTE 6.3, sections 4.3.12 - 4.3.16); undefined if the archive is none, or
 * not complete: the directory is written last.
 */
export function readZipDirectory(size: number, read: Read): readonly ZipEntry[] | undefined {
  if (size < endBytes) return undefined;
  const directory = findDirectory(size, read);
  if (!directory || directory.size > maxDirectory || directory.offset + directory.size > size) return undefined;
  return entriesIn(read(directory.offset, directory.size), directory.count);
}

/** Reads `length` bytes at `offset` of the archive. */
type Read = (offset: number, length: number) => Buffer;

interface Directory {
  readonly offset: number;
  readonly size: number;
  readonly count: number;
}

const maxComment = 0xffff;
const unknown32 = 0xffffffff;

function findDirectory(size: number, read: Read): Directory | undefined {
  const length = Math.min(size, endBytes + maxComment);
  const tail = read(size - length, length);
  const at = findEnd(tail);
  if (at < 0) return undefined;
  const directory = {
    count: tail.readUInt16LE(at + 10),
    size: tail.readUInt32LE(at + 12),
    offset: tail.readUInt32LE(at + 16),
  };
  const is64 = directory.count === 0xffff || directory.size === unknown32 || directory.offset === unknown32;
  return is64 ? directory64(read, size - length + at) : directory;
}

const endSignature = 0x06054b50;

function findEnd(tail: Buffer): number {
  for (let at = tail.byteLength - endBytes; at >= 0; at--) {
    const complete = at + endBytes + tail.readUInt16LE(at + 20) === tail.byteLength;
    if (tail.readUInt32LE(at) === endSignature && complete) return at;
  }
  return -1;
}

const locatorBytes = 20;

const end64Signature = 0x06064b50;

function directory64(read: Read, endAt: number): Directory | undefined {
  if (endAt < locatorBytes) return undefined;
  const at = Number(read(endAt - locatorBytes, locatorBytes).readBigUInt64LE(8));
  if (at + 56 > endAt) return undefined;
  const record = read(at, 56);
  if (record.readUInt32LE(0) !== end64Signature) return undefined;
  const [count, size, offset] = [24 + 8, 40, 48].map((field) => Number(record.readBigUInt64LE(field))) as [
    number,
    number,
    number,
  ];
  return { count, size, offset };
}

const entrySignature = 0x02014b50;

function entriesIn(bytes: Buffer, count: number): readonly ZipEntry[] | undefined {
  const entries: ZipEntry[] = [];
  for (let at = 0; entries.length < count; ) {
    if (at + 46 > bytes.byteLength || bytes.readUInt32LE(at) !== entrySignature) return undefined;
    const nameEnd = at + 46 + bytes.readUInt16LE(at + 28);
    entries.push({
      name: bytes.toString('utf8', at + 46, nameEnd),
      offset: bytes.readUInt32LE(at + 42),
      compressedSize: bytes.readUInt32LE(at + 20),
    });
    at = nameEnd + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return entries;
}
