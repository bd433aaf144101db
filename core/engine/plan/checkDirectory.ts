import { type Stats, statSync } from 'node:fs';
import { KitwrightError } from '../errors/KitwrightError.ts';
import { systemError } from '../errors/systemError.ts';

/**
 * Checks that a native path leads to a directory. Throws `layer-path-refused`, `kitfile-not-found`, `file-unreadable`.
 */
export function checkDirectory(directory: string): void {
  const data = { directory };
  const stats = read(directory);
  if (!stats) throw new KitwrightError('layer-path-refused', `The directory ${directory} does not exist.`, { data });
  if (stats.isDirectory()) return;
  throw new KitwrightError('kitfile-not-found', `${directory} is not a directory, so it holds no Kitfile.`, { data });
}

function read(directory: string): Stats | undefined {
  try {
    return statSync(directory, { throwIfNoEntry: false });
  } catch (error) {
    throw systemError(error, 'file-unreadable', 'read', directory);
  }
}
