import { KitwrightError } from '@kitwright/core/plugin';

/** A file that would be put on the disk: its content by `id`, and its size in bytes. */
export interface SizedFile {
  readonly id: string;
  readonly size: number;
}

/**
 * A tree may hold another one many times, and that one another one: some hundred bytes name any number of files. So many
 * bytes are free, and so many times those of the different files.
 */
const [freeBytes, maxRatio] = [1024 ** 3, 10];

/** What is put on the disk is bounded by what was sent. Throws `remote-refused`. */
export function checkRepeats(files: Iterable<SizedFile>): void {
  const sizes = new Map<string, number>();
  let total = 0;
  for (const { id, size } of files) {
    sizes.set(id, size);
    total += size;
  }
  const different = sizes.values().reduce((sum, size) => sum + size, 0);
  if (total > freeBytes + maxRatio * different) throw tooMany();
}

export function tooMany(): KitwrightError {
  return new KitwrightError('remote-refused', 'The repository has too many files, or the same ones too often.');
}
