import { closeSync, constants, fstatSync, openSync, unlinkSync } from 'node:fs';
import { temporaryName } from './atomicWrite.ts';
import { type BytePath, fsPath, joinPath } from './bytePath.ts';

/** What a file system makes of the owner and the mode of what we make. */
export interface OwnerProbe {
  readonly uid: number;
  readonly keepsModes: boolean;
}

/**
 * Makes a file in a directory to see: some file systems of networks and other systems keep neither owner nor mode. A
 * file that was opened new cannot be replaced by another one.
 */
export function probeOwner(parent: BytePath): OwnerProbe {
  const path = fsPath(joinPath(parent, temporaryName('.kitwright-probe')));
  const fd = openSync(path, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY, 0o600);
  try {
    const { uid, mode } = fstatSync(fd);
    return { uid, keepsModes: (mode & 0o077) === 0 };
  } finally {
    closeSync(fd);
    unlinkSync(path);
  }
}
