import { statfsSync } from 'node:fs';
import { KitwrightError } from '../errors/KitwrightError.ts';

/**
 * Refuses what is larger than the rest of a disk: whoever sends it says how large it is. `what` is in the message. Throws
 * `disk-full`.
 */
export function requireRoom(directory: string, bytes: number, what: string): void {
  const { free = Number.POSITIVE_INFINITY } = spaceAt(directory) ?? {};
  if (bytes <= free) return;
  throw new KitwrightError(
    'disk-full',
    `There is no room for ${what}: it takes ${bytes} bytes, and ${free} are free.`,
    {
      data: { path: directory, bytes, free },
    },
  );
}

/** Do so many bytes fit on the rest of a disk? */
export function hasRoom(directory: string, bytes: number): boolean {
  return bytes <= (spaceAt(directory)?.free ?? Number.POSITIVE_INFINITY);
}

/** Of small disks a part, of others so many bytes are for other programs. */
const [forOthers, partForOthers] = [1024 ** 3, 64];

/** Is a disk so full that what is not whole should not be kept there? */
export function isNearlyFull(directory: string): boolean {
  const space = spaceAt(directory);
  return space !== undefined && space.free < Math.min(forOthers, space.size / partForOthers);
}

/** In bytes; undefined if the file system does not say. */
function spaceAt(directory: string): { readonly free: number; readonly size: number } | undefined {
  try {
    const { bavail, blocks, bsize } = statfsSync(directory);
    return blocks === 0 ? undefined : { free: bavail * bsize, size: blocks * bsize };
  } catch {
    return undefined;
  }
}
