import { constants, copyFileSync, linkSync } from 'node:fs';
import { errnoOf, isDiskFull } from '../errors/systemError.ts';

/**
 * Gives a finished file another name in the same file system, which must be free: a rename would replace a file that came
 * meanwhile. Throws what the system says, `EEXIST` where it is not free.
 */
export function giveName(file: string | Buffer, name: string | Buffer): void {
  try {
    linkSync(file, name);
  } catch (error) {
    if (errnoOf(error) === 'EEXIST' || isDiskFull(error)) throw error;
    // A file system without hard links: exFAT and FAT, many that are mounted over a network. There it is whole a moment later.
    copyFileSync(file, name, constants.COPYFILE_EXCL);
  }
}
