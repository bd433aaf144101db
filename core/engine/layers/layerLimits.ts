/**
 * What one layer may have. These limits hold for packing and for unpacking, so that what packs unpacks; that of names
 * is `maxEntryPath` of `files/checkEntryName.ts`.
 */

/** Files and directories. */
export const maxEntries = 20_000_000;

const freeBytes = 1024 ** 3;

/** Gzip reaches 1032. */
const maxRatio = 1100;

/** Bytes to which a compressed layer of so many bytes may expand: a small download must not fill a disk. */
export function maxExpandedSize(storedBytes: number): number {
  return freeBytes + storedBytes * maxRatio;
}
