import { statfsSync } from 'node:fs';
import { KitwrightError } from '../errors/KitwrightError.ts';

/** Bytes that are left free for others at least: of small disks a part. */
const [mostReserved, reservedPart] = [1024 ** 3, 64];

/**
 * Refuses what would take the last of a disk: whoever sends it says how large it is. `what` is in the message. Throws
 * `disk-full`.
 */
export function requireRoom(directory: string, bytes: number, what: string): void {
  const room = roomAt(directory);
  if (room === undefined || bytes <= Math.max(0, room)) return;
  throw new KitwrightError('disk-full', `There is no room for ${what}: it takes ${bytes} bytes of the disk.`, {
    data: { path: directory, bytes, room: Math.max(0, room) },
  });
}

/** Is a disk so full that what is not whole should not be kept there? */
export function isNearlyFull(directory: string): boolean {
  return (roomAt(directory) ?? 0) < 0;
}

/** Bytes that may be taken, negative where too few are free; undefined if the file system does not say. */
function roomAt(directory: string): number | undefined {
  try {
    const { bavail, blocks, bsize } = statfsSync(directory);
    if (blocks === 0) return undefined;
    return bavail * bsize - Math.min(mostReserved, (blocks * bsize) / reservedPart);
  } catch {
    return undefined;
  }
}
