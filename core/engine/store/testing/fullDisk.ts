import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

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
    if (frees(String(path)) && fs.existsSync(path)) full = false;
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
