import { type BytePath, baseOf, parentOf, withoutLastSlashes } from '../files/bytePath.ts';
import { passingSize } from '../files/passingBytes.ts';

/** One entry of a tar layer. `mode` holds permission, setuid, setgid and sticky bits only; `size` is in bytes. */
export interface TarEntry {
  readonly path: BytePath;
  readonly type: 'file' | 'directory';
  readonly mode: number;
  readonly size: number;
  /** The owner; 1000, as `kit` has it, by default. */
  readonly uid?: number;
}

/** Gives a zeroed block for one header. */
export type NewBlock = () => Buffer;

const nameSize = 100;

/**
 * The header of an entry with the bytes of `kit` (Go archive/tar): uid 1000, no times, no names, directories without
 * a trailing slash; USTAR where it fits, else a PAX record before it.
 */
export function tarHeader(entry: TarEntry, newBlock: NewBlock = separateBlock): Buffer {
  const pax = needsPax(entry);
  const split = pax.path || pax.size ? undefined : splitName(entry.path);
  const header = headerBlock(
    {
      name: split ? split[1] : pax.path || pax.size ? toAscii(entry.path) : entry.path,
      ...(split ? { prefix: split[0] } : {}),
      mode: entry.mode,
      uid: entry.uid ?? 1000,
      size: entry.size,
      type: entry.type === 'directory' ? '5' : '0',
      devices: true,
    },
    newBlock(),
  );
  if (!pax.path && !pax.size) return header;
  const longName = !isAscii(entry.path) || entry.path.length > nameSize;
  const records =
    (longName ? paxRecord('path', entry.path) : '') + (pax.size ? paxRecord('size', String(entry.size)) : '');
  return Buffer.concat([paxBlocks(entry.path, records, newBlock), header]);
}

/** The header of a symbolic link that belongs to root: PAX records where a name is long or not ASCII. */
export function tarLink(path: BytePath, target: BytePath): Buffer {
  const fits = (text: BytePath) => isAscii(text) && text.length <= nameSize;
  const records = (fits(path) ? '' : paxRecord('path', path)) + (fits(target) ? '' : paxRecord('linkpath', target));
  const fields = { mode: 0o777, uid: 0, size: 0, type: '2', devices: true } as const;
  const header = headerBlock({ ...fields, name: toAscii(path), linkName: toAscii(target) }, separateBlock());
  return records ? Buffer.concat([paxBlocks(path, records, separateBlock), header]) : header;
}

export const blockSize = 512;

const separateBlock: NewBlock = () => Buffer.alloc(blockSize);

/** The largest size that eleven octal digits hold: 8 GiB - 1. */
const maxOctalSize = 0o77777777777;

/** Number of header bytes that an entry needs. */
function needsPax({ path, size }: TarEntry): { readonly path: boolean; readonly size: boolean } {
  return {
    path: !isAscii(path) || (path.length > nameSize && !splitName(path)),
    size: size > maxOctalSize,
  };
}

function isAscii(text: BytePath): boolean {
  return /^[\x01-\x7f]*$/.test(text);
}

const prefixSize = 155;

/** Splits a long name at a `/` as Go's archive/tar does (POSIX.1-1988 ustar: prefix <= 155, name <= 100). */
function splitName(path: BytePath): readonly [prefix: BytePath, name: BytePath] | undefined {
  if (path.length <= nameSize || !isAscii(path)) return undefined;
  const slash = path.lastIndexOf('/', Math.min(path.length, prefixSize + 1) - 1);
  const name = path.length - slash - 1;
  if (slash <= 0 || name > nameSize || name === 0 || slash > prefixSize) return undefined;
  return [path.slice(0, slash), path.slice(slash + 1)];
}

interface HeaderFields {
  readonly name: BytePath;
  readonly prefix?: BytePath;
  readonly linkName?: BytePath;
  readonly mode: number;
  readonly uid: number;
  readonly size: number;
  readonly type: '0' | '2' | '5' | 'x';
  readonly devices: boolean;
}

function headerBlock(fields: HeaderFields, block: Buffer): Buffer {
  put(block, 0, nameSize, fields.name);
  putOctal(block, 100, 8, fields.mode);
  putOctal(block, 108, 8, fields.uid);
  putOctal(block, 116, 8, 0);
  putOctal(block, 124, 12, fields.size > maxOctalSize ? 0 : fields.size);
  putOctal(block, 136, 12, 0);
  block.write(fields.type, 156, 'latin1');
  if (fields.linkName) put(block, 157, nameSize, fields.linkName);
  block.write('ustar\x0000', 257, 'latin1');
  if (fields.devices) {
    putOctal(block, 329, 8, 0);
    putOctal(block, 337, 8, 0);
  }
  if (fields.prefix) put(block, 345, prefixSize, fields.prefix);
  putChecksum(block);
  return block;
}

function put(block: Buffer, offset: number, length: number, text: BytePath): void {
  block.write(text, offset, length, 'latin1');
  if (text.length > length && block[offset + length - 1] === 0x2f) {
    // A cut name must not look like a directory (archive/tar, formatString).
    const kept = withoutLastSlashes(text.slice(0, length - 1)).length;
    block[offset + kept] = 0;
  }
}

function putOctal(block: Buffer, offset: number, length: number, value: number): void {
  block.write(value.toString(8).padStart(length - 1, '0'), offset, 'latin1');
}

const checksumAt = 148;

function putChecksum(block: Buffer): void {
  block.fill(0x20, checksumAt, checksumAt + 8);
  let sum = 0;
  for (let i = 0; i < blockSize; i++) sum += block[i] as number;
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, checksumAt, 'latin1');
}

function toAscii(text: BytePath): BytePath {
  return text.replace(/[^\x01-\x7f]/g, '');
}

/** `<length> <key>=<value>\n`, the length counting itself (pax, POSIX.1-2001). */
function paxRecord(key: string, value: BytePath): BytePath {
  const rest = ` ${key}=${value}\n`;
  let length = rest.length + 1;
  while (String(length).length + rest.length !== length) length = String(length).length + rest.length;
  return `${length}${rest}`;
}

function paxBlocks(path: BytePath, records: BytePath, newBlock: NewBlock): Buffer {
  const directory = parentOf(path);
  const name = toAscii(`${directory === '' ? '' : `${directory}/`}PaxHeaders.0/${baseOf(path)}`).slice(0, nameSize);
  const header = headerBlock(
    { name: withoutLastSlashes(name), mode: 0, uid: 0, size: records.length, type: 'x', devices: false },
    newBlock(),
  );
  return Buffer.concat([header, Buffer.from(records, 'latin1'), Buffer.alloc(paddingOf(records.length))]);
}

export function paddingOf(size: number): number {
  return (blockSize - (size % blockSize)) % blockSize;
}

/** Blocks that are cut from ever larger ones: fifty thousand headers are not fifty thousand allocations. */
export function createBlocks(): NewBlock {
  let rest = Buffer.alloc(0);
  let next = 16 * blockSize;
  return () => {
    if (rest.byteLength < blockSize) {
      rest = Buffer.alloc(passingSize(next));
      next *= 8;
    }
    const block = rest.subarray(0, blockSize);
    rest = rest.subarray(blockSize);
    return block;
  };
}

/** Two zero blocks end an archive; `kit` pads no further. */
export function tarEnd(): Buffer {
  return Buffer.alloc(2 * blockSize);
}
