import type { Fingerprint } from './fingerprint.ts';

/** Numbers of 64 bits for each entry: size in bytes, dev, ino, mtime and ctime in ns, mode. */
export const fingerprintColumns = 6;

export function setFingerprint(numbers: BigInt64Array, row: number, fingerprint: Fingerprint): void {
  const at = row * fingerprintColumns;
  numbers[at] = BigInt(fingerprint.size);
  numbers[at + 1] = fingerprint.dev;
  numbers[at + 2] = fingerprint.ino;
  numbers[at + 3] = fingerprint.mtimeNs;
  numbers[at + 4] = fingerprint.ctimeNs;
  numbers[at + 5] = BigInt(fingerprint.mode);
}

/** The rows as numbers of 32 bits: they are compared without an object for each number (`sameRow`). */
export function wordsOf({ buffer, byteOffset, byteLength }: BigInt64Array): Int32Array {
  return new Int32Array(buffer, byteOffset, byteLength / 4);
}

const wordsPerRow = fingerprintColumns * 2;

/** Have two rows the same fingerprint? */
export function sameRow(words: Int32Array, row: number, others: Int32Array, other: number): boolean {
  for (let i = 0; i < wordsPerRow; i++)
    if (words[row * wordsPerRow + i] !== others[other * wordsPerRow + i]) return false;
  return true;
}

export function fingerprintIn(numbers: BigInt64Array, row: number): Fingerprint {
  const field = (column: number): bigint => numbers[row * fingerprintColumns + column] ?? 0n;
  return {
    dev: field(1),
    ino: field(2),
    size: Number(field(0)),
    mtimeNs: field(3),
    ctimeNs: field(4),
    mode: Number(field(5)),
  };
}
