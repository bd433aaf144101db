import { mkdirSync, type PathLike, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { errnoOf } from '../errors/systemError.ts';

/**
 * Makes a directory with those above it, unless they are there; each gets this mode, less the umask. Node's own `recursive`
 * never ends where nothing can be made, as in /proc: it takes the refusal for a parent that is missing. Throws what the system
 * says.
 */
export function makeDirectories(path: string, mode = 0o777): void {
  if (isDirectory(path)) return;
  try {
    makeIfMissing(path, mode);
  } catch (error) {
    const parent = dirname(path);
    if (errnoOf(error) !== 'ENOENT' || parent === path) throw error;
    // It may be there by now: another process makes it too.
    makeDirectories(parent, mode);
    makeIfMissing(path, mode);
  }
}

/** Makes a directory in one that is there. Throws what the system says. */
export function makeIfMissing(path: PathLike, mode = 0o777): void {
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST' || !isDirectory(path)) throw error;
  }
}

function isDirectory(path: PathLike): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
