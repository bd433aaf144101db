import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { basename, dirname, join } from 'node:path';

/** A disk on which nothing more can be written; what frees room makes it, if it should. */
export interface FullDisk extends Disposable {
  readonly isFull: () => boolean;
}

/** Fills the disk as this process sees it, until a file is removed whose path `frees` names. */
export function fillDisk(frees: (path: string) => boolean = () => false): FullDisk {
  const { writeSync, rmSync } = fs;
  let full = true;
  fs.writeSync = ((...args: Parameters<typeof writeSync>) => {
    if (full) throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
    return writeSync(...args);
  }) as typeof writeSync;
  fs.rmSync = (path, options) => {
    if (fs.existsSync(path) && frees(realPathOf(String(path)))) full = false;
    rmSync(path, options);
  };
  syncBuiltinESMExports();
  return {
    isFull: () => full,
    [Symbol.dispose]: () => {
      Object.assign(fs, { writeSync, rmSync });
      syncBuiltinESMExports();
    },
  };
}

/** Folders are reached through handles: what is removed is known by its real path. */
function realPathOf(path: string): string {
  return join(fs.realpathSync(dirname(path)), basename(path));
}
