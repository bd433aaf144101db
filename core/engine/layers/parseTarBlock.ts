import type { BytePath } from '../files/bytePath.ts';
import { refuseTar } from './refuseTar.ts';
import { blockSize } from './tarHeader.ts';

/** The fields of a tar header that say what follows it; `size` is in bytes. */
export interface TarBlock {
  readonly flag: string;
  readonly path: BytePath;
  readonly mode: number;
  readonly size: number;
}

/**
 * Reads a header block of USTAR, PAX or GNU tar. Fields that readers of tar understand differently are refused. Throws
 * `kit-malformed`.
 */
export function parseTarBlock(block: Buffer): TarBlock {
  checkChecksum(block);
  checkOthers(block);
  return {
    flag: String.fromCharCode(block[156] ?? 0),
    path: pathOf(block),
    mode: numberField(block, 100, 8) & 0o7777,
    size: numberField(block, 124, 12),
  };
}

function checkChecksum(block: Buffer): void {
  let sum = 8 * space;
  for (let i = 0; i < 148; i++) sum += block[i] as number;
  for (let i = 156; i < blockSize; i++) sum += block[i] as number;
  if (sum !== octalField(block, 148, 8)) throw refuseTar('a header has a wrong checksum');
}

const space = 0x20;

function octalField(block: Buffer, offset: number, length: number): number {
  const end = offset + length;
  let [at, value] = [offset, 0];
  while (at < end && block[at] === space) at++;
  for (; at < end && isOctal(block[at] as number); at++) value = value * 8 + ((block[at] as number) & 7);
  // Some readers skip zero bytes before a number, others take it for 0.
  while (at < end && (block[at] === space || block[at] === 0)) at++;
  if (at < end) throw refuseTar('a number is not octal');
  return value;
}

function isOctal(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x37;
}

/** Numbers that nobody needs here, but other readers refuse a tar in which they are none: uid, gid, mtime, devices. */
function checkOthers(block: Buffer): void {
  checkNumber(block, 108, 8);
  checkNumber(block, 116, 8);
  checkNumber(block, 136, 12);
  checkNumber(block, 329, 8);
  checkNumber(block, 337, 8);
}

function checkNumber(block: Buffer, offset: number, length: number): void {
  if (!isBinary(block, offset)) octalField(block, offset, length);
  else if (!fitsInt64(block.subarray(offset, offset + length))) throw refuseTar('a number is too large');
}

function isBinary(block: Buffer, offset: number): boolean {
  return ((block[offset] as number) & 0x80) !== 0;
}

/** A number of GNU base-256, of 63 bits and a sign: the first byte is 0x80 or 0xff, and so are all but the last 8. */
function fitsInt64(field: Buffer): boolean {
  const isNegative = field[0] === 0xff;
  if (!isNegative && field[0] !== 0x80) return false;
  const filler = isNegative ? 0xff : 0;
  const rest = field.subarray(1, Math.max(1, field.byteLength - 8));
  const sign = field.byteLength > 8 ? ((field[field.byteLength - 8] as number) & 0x80) !== 0 : isNegative;
  return sign === isNegative && rest.every((byte) => byte === filler);
}

function pathOf(block: Buffer): BytePath {
  const name = textField(block, 0, 100);
  const format = block.toString('latin1', 257, 265);
  if (format === 'ustar  \0') {
    // Where these are no times, some readers find the prefix of a name.
    if (block[345]) checkNumber(block, 345, 12);
    if (block[357]) checkNumber(block, 357, 12);
    return name;
  }
  if (format !== 'ustar\x0000' || block.toString('latin1', 508, 512) === 'tar\0')
    throw refuseTar('a header is neither USTAR nor GNU');
  const prefix = textField(block, 345, 155);
  return prefix === '' ? name : `${prefix}/${name}`;
}

/** The text of a field, up to its first NUL. */
export function textField(block: Buffer, offset: number, length: number): BytePath {
  const end = block.indexOf(0, offset);
  return block.toString('latin1', offset, end < 0 ? offset + length : Math.min(end, offset + length));
}

function numberField(block: Buffer, offset: number, length: number): number {
  return isBinary(block, offset) ? binaryNumber(block, offset, offset + length) : octalField(block, offset, length);
}

/** GNU base-256: the first byte is 0x80, the rest a big-endian number. */
function binaryNumber(block: Buffer, offset: number, end: number): number {
  let value = (block[offset] ?? 0) & 0x7f;
  for (let at = offset + 1; at < end; at++) value = value * 256 + (block[at] ?? 0);
  if (!Number.isSafeInteger(value)) throw refuseTar('a number is too large');
  return value;
}
