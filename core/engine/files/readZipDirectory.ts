/** The central directory of a ZIP archive, and how many bytes stand around the archive. */
export interface ZipDirectory {
  readonly entries: readonly ZipEntry[];
  /** Bytes before the archive, e.g. a program that unpacks it. */
  readonly before: number;
  /** Bytes after its end and its comment. */
  readonly after: number;
}

/** One entry. Offsets and sizes in bytes, from the beginning of the file. */
export interface ZipEntry {
  readonly name: string;
  readonly offset: number;
  readonly compressedSize: number;
}

/** Directories above this many bytes are not read. */
const maxDirectory = 64 * 1024 * 1024;

/**
 * Reads the central directory of a ZIP archive (APPNOTE 6.3, sections 4.3.12 - 4.3.16) where Go's archive/zip, Python
 * and unzip find it: what stands before or after the archive does not matter. Undefined if the file is no archive, or
 * not a complete one: the directory is written last.
 */
export function readZipDirectory(size: number, read: Read): ZipDirectory | undefined {
  const end = findEnd(size, read);
  if (!end) return undefined;
  const { endAt, count, after } = end;
  const before = beforeArchive(end, read);
  const start = before + end.offset;
  if (before < 0 || start > endAt || endAt - start > maxDirectory) return undefined;
  const entries = entriesIn(read(start, endAt - start), before);
  // Archives of more than 65,535 entries keep only the end of their number.
  return entries.length % 0x10000 === count % 0x10000 ? { entries, before, after } : undefined;
}

/** Reads `length` bytes at `offset` of the archive. */
type Read = (offset: number, length: number) => Buffer;

interface End {
  /** Where the end record is, of both forms the first. */
  readonly endAt: number;
  readonly offset: number;
  readonly size: number;
  readonly count: number;
  readonly after: number;
}

const endBytes = 22;
const endSignature = 0x06054b50;

/** As far from the end as Go looks for the end record: a comment of 64 KiB, and some bytes behind it. */
const maxTail = 65 * 1024;

function findEnd(size: number, read: Read): End | undefined {
  const length = Math.min(size, maxTail);
  const tail = read(size - length, length);
  for (let at = length - endBytes; at >= 0; at--) {
    if (tail.readUInt32LE(at) !== endSignature) continue;
    const after = length - at - endBytes - tail.readUInt16LE(at + 20);
    return after < 0 ? undefined : readEnd(tail.subarray(at, at + endBytes), size - length + at, after, read);
  }
  return undefined;
}

const unknown32 = 0xffffffff;

function readEnd(record: Buffer, endAt: number, after: number, read: Read): End | undefined {
  const [count, size, offset] = [record.readUInt16LE(10), record.readUInt32LE(12), record.readUInt32LE(16)];
  const is64 = count === 0xffff || size === unknown32 || offset === unknown32;
  return is64 ? readEnd64(endAt, after, read) : { endAt, count, size, offset, after };
}

const locatorBytes = 20;
const locatorSignature = 0x07064b50;
const end64Bytes = 56;
const end64Signature = 0x06064b50;

function readEnd64(endAt: number, after: number, read: Read): End | undefined {
  if (endAt < locatorBytes) return undefined;
  const locator = read(endAt - locatorBytes, locatorBytes);
  const at = Number(locator.readBigUInt64LE(8));
  if (locator.readUInt32LE(0) !== locatorSignature || at + end64Bytes > endAt) return undefined;
  const record = read(at, end64Bytes);
  if (record.readUInt32LE(0) !== end64Signature) return undefined;
  const [count, size, offset] = [32, 40, 48].map((field) => Number(record.readBigUInt64LE(field)));
  return { endAt: at, count: count ?? 0, size: size ?? 0, offset: offset ?? 0, after };
}

/**
 * Offsets of an archive do not know what was put before it. The end record tells: the directory ends there. Some
 * writers tell a wrong size, so what stands at the plain offset goes first.
 */
function beforeArchive({ endAt, size, offset }: End, read: Read): number {
  const before = endAt - size - offset;
  return before > 0 && isEntryAt(offset, endAt, read) ? 0 : before;
}

const entryBytes = 46;
const entrySignature = 0x02014b50;

function isEntryAt(offset: number, endAt: number, read: Read): boolean {
  return offset + entryBytes <= endAt && read(offset, 4).readUInt32LE(0) === entrySignature;
}

function entriesIn(bytes: Buffer, before: number): readonly ZipEntry[] {
  const entries: ZipEntry[] = [];
  for (let at = 0; at + entryBytes <= bytes.byteLength && bytes.readUInt32LE(at) === entrySignature; ) {
    const nameEnd = at + entryBytes + bytes.readUInt16LE(at + 28);
    const offset = bytes.readUInt32LE(at + 42);
    const end = nameEnd + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
    if (end > bytes.byteLength) break;
    entries.push({
      name: bytes.toString('utf8', at + entryBytes, nameEnd),
      offset: offset === unknown32 ? offset : before + offset,
      compressedSize: bytes.readUInt32LE(at + 20),
    });
    at = end;
  }
  return entries;
}
