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

/** Git sends objects compressed, or as a difference: a few bytes may be any number of equal ones. */
const maxExpansion = 100;

/**
 * What is put on the disk is bounded by what was sent: by the different files and, where it is known, by the bytes (`sent`)
 * in which they came. Throws `remote-refused`.
 */
export function checkRepeats(files: Iterable<SizedFile>, sent = Number.POSITIVE_INFINITY): void {
  const sizes = new Map<string, number>();
  let total = 0;
  for (const { id, size } of files) {
    sizes.set(id, size);
    total += size;
  }
  const different = sizes.values().reduce((sum, size) => sum + size, 0);
  if (total > freeBytes + maxRatio * different) throw tooMany();
  checkExpansion(total, sent);
}

/** Throws `remote-refused` where so many bytes on the disk are too many for those that were sent. */
export function checkExpansion(total: number, sent: number): void {
  if (total <= freeBytes + maxExpansion * sent) return;
  throw new KitwrightError(
    'remote-refused',
    `The repository has files of ${total} bytes in ${sent} bytes that were sent: it would fill the disk.`,
    { data: { total, sent }, hint: 'If that is right, clone it yourself, and pack the directory.' },
  );
}

export function tooMany(): KitwrightError {
  return new KitwrightError('remote-refused', 'The repository has too many files, or the same ones too often.');
}
