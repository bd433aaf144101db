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
  if (sum !== numberField(block, 148, 8)) throw refuseTar('a header has a wrong checksum');
}

const space = 0x20;

function numberField(block: Buffer, offset: number, length: number): number {
  const end = offset + length;
  if ((block[offset] ?? 0) & 0x80) return binaryNumber(block, offset, end);
  let [at, value] = [offset, 0];
  while (at < end && block[at] === space) at++;
  for (; at < end && isOctal(block[at] as number); at++) value = value * 8 + ((block[at] as number) & 7);
  // Some readers skip zero bytes before a number, others take it for 0.
  while (at < end && (block[at] === space || block[at] === 0)) at++;
  if (at < end) throw refuseTar('a number is not octal');
  return value;
}

/** GNU base-256: the first byte is 0x80, the rest a big-endian number. */
function binaryNumber(block: Buffer, offset: number, end: number): number {
  let value = (block[offset] ?? 0) & 0x7f;
  for (let at = offset + 1; at < end; at++) value = value * 256 + (block[at] ?? 0);
  if (!Number.isSafeInteger(value)) throw refuseTar('a number is too large');
  return value;
}

function isOctal(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x37;
}

function pathOf(block: Buffer): BytePath {
  const name = textField(block, 0, 100);
  const format = block.toString('latin1', 257, 265);
  if (format === 'ustar  \0') return name;
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
