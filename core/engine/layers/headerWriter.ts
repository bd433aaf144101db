import type { BytePath } from '../files/bytePath.ts';
import { isDirectoryMode } from '../files/fileTable.ts';
import { blockSize, tarHeader } from './tarHeader.ts';

/** A file or directory as its stat data name it. */
export interface StatEntry {
  readonly path: BytePath;
  readonly mode: number;
  /** Bytes of the content: 0 for a directory. */
  readonly size: number;
}

/** Bytes of the header of an entry. `isText` if its path is known to be ASCII without NUL bytes. */
export function headerSize(entry: StatEntry, isText = false): number {
  return isShort(entry) && (isText || isAsciiText(entry.path)) ? blockSize : headerOf(entry).byteLength;
}

const permissionBits = 0o7777;

function headerOf({ path, mode, size }: StatEntry): Buffer {
  const type = isDirectoryMode(mode) ? 'directory' : 'file';
  return tarHeader({ path, type, mode: mode & permissionBits, size });
}

const [longestName, largestSize] = [100, 0o77777777777];

/** Does it need neither a second block nor another field than those of most headers? */
function isPlain(entry: StatEntry): boolean {
  return isShort(entry) && isAsciiText(entry.path);
}

function isShort({ path, size }: StatEntry): boolean {
  return path.length <= longestName && size <= largestSize;
}

function isAsciiText(path: BytePath): boolean {
  for (let i = 0; i < path.length; i++) {
    const code = path.charCodeAt(i);
    if (code === 0 || code > 0x7f) return false;
  }
  return true;
}

const [nameAt, modeAt, sizeAt, sumAt, typeAt] = [0, 100, 124, 148, 156];

/** A header without name, mode and size. */
const blank = tarHeader({ path: '', type: 'file', mode: 0, size: 0 });

const [fileType, directoryType] = [0x30, 0x35];

/** Of the sum's own field each byte counts as a space. */
const blankSum = blank.reduce((sum, byte, at) => sum + (at >= sumAt && at < sumAt + 8 ? 0x20 : byte), 0);

/**
 * Writes the header that `tarHeader` makes, and gives its length: 50,000 of them in a tenth of the time, since most bytes
 * are the same in all.
 */
export function writeHeader(entry: StatEntry, into: Buffer, at: number): number {
  if (!isPlain(entry)) {
    const header = headerOf(entry);
    into.set(header, at);
    return header.byteLength;
  }
  const { path, mode, size } = entry;
  into.set(blank, at);
  let sum = blankSum;
  for (let i = 0; i < path.length; i++) {
    const code = path.charCodeAt(i);
    into[at + nameAt + i] = code;
    sum += code;
  }
  if (isDirectoryMode(mode)) {
    into[at + typeAt] = directoryType;
    sum += directoryType - fileType;
  }
  sum += putOctal(into, at + modeAt, 7, mode & permissionBits);
  sum += putOctal(into, at + sizeAt, 11, size);
  putOctal(into, at + sumAt, 6, sum);
  return blockSize;
}

const zero = 0x30;

/** Writes so many digits; gives how much more than zeros they add to the sum. */
function putOctal(into: Buffer, at: number, digits: number, value: number): number {
  let [rest, more] = [value, 0];
  for (let i = digits - 1; i >= 0; i--) {
    const digit = rest % 8;
    into[at + i] = zero + digit;
    more += digit;
    rest = (rest - digit) / 8;
  }
  return more;
}
