import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Images as bytes (0-255), one after the other, and their labels. */
export interface Digits {
  readonly images: Uint8Array;
  readonly labels: Uint8Array;
}

export const pixels = 28 * 28;
export const classes = 10;

export function readDigits(directory: string, part: 'train' | 'test'): Digits {
  return {
    images: readFileSync(join(directory, `${part}-images.bin`)),
    labels: readFileSync(join(directory, `${part}-labels.bin`)),
  };
}
