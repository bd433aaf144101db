import { statfsSync } from 'node:fs';
import { localGrain, networkGrain } from './fingerprint.ts';

// f_type of file systems that live on this machine (linux/magic.h): ext, xfs, btrfs, tmpfs, overlayfs, f2fs, zfs,
// bcachefs.
const localTypes: ReadonlySet<number> = new Set([
  0xef53, 0x58465342, 0x9123683e, 0x01021994, 0x794c7630, 0xf2f52010, 0x2fc12fc1, 0xca451a4e, 0x858458f6,
]);

/** Does this path lie on a file system that we know to be local? Anything else is only scanned, never watched. */
export function isLocalFileSystem(path: string): boolean {
  if (process.platform !== 'linux') return true;
  try {
    return localTypes.has(statfsSync(path).type);
  } catch {
    return false;
  }
}

export function timeGrain(path: string): bigint {
  return isLocalFileSystem(path) ? localGrain : networkGrain;
}
