import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

/** A disk of 64 GiB with so many bytes free, as this process sees it. */
export function leaveFree(bytes: number): Disposable {
  const { statfsSync } = fs;
  const bsize = 4096;
  fs.statfsSync = ((...args: Parameters<typeof statfsSync>) =>
    Object.assign(statfsSync(...args), {
      bsize,
      blocks: (64 * 1024 ** 3) / bsize,
      bavail: Math.floor(bytes / bsize),
    })) as typeof statfsSync;
  syncBuiltinESMExports();
  return {
    [Symbol.dispose]: () => {
      Object.assign(fs, { statfsSync });
      syncBuiltinESMExports();
    },
  };
}
