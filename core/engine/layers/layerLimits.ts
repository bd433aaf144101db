/**
 * What one layer may have. These limits hold for packing and for unpacking, so that what packs unpacks; that of names
 * is `maxEntryPath` of `files/checkEntryName.ts`.
 */

/** Files and directories. */
export const maxEntries = 20_000_000;

const freeBytes = 1024 ** 3;

/** Gzip reaches 1032. */
export const maxRatio = 1100;

/** Elements of a kit that may have the same layer as if each were the only one. */
export const maxShared = 16;

/**
 * Bytes to which a compressed layer of so many bytes may expand, if so many elements have it: a small download must not
 * fill a disk.
 */
export function maxExpandedSize(storedBytes: number, uses = 1): number {
  return freeBytes * Math.min(1, maxShared / uses) + storedBytes * maxRatio;
}
