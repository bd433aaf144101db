import { KitwrightError } from '../errors/KitwrightError.ts';
import { type BytePath, textOf } from './bytePath.ts';
import { displayPath } from './displayPath.ts';

/**
 * The longest path of an entry, in bytes; it bounds the nesting too. It holds for packing and for unpacking: what packs
 * must unpack. (`PATH_MAX` of Linux.)
 */
export const maxEntryPath = 4096;

/**
 * Checks the name of an entry before anything is written: relative, no `..`, no empty parts, no NUL.
 * `platform` decides whether names that are harmless here but not on Windows are refused. Throws `unpack-refused`.
 */
export function checkEntryName(path: BytePath, platform: NodeJS.Platform = process.platform): void {
  if (path.length === 0 || path.length > maxEntryPath) throw refuse(path, 'its length');
  if (path.startsWith('/')) throw refuse(path, 'it is absolute');
  if (path.includes('\0')) throw refuse(path, 'it holds a NUL');
  if (stagingName.test(path)) throw refuse(path, 'it is the name of a folder in which unpacked files are staged');
  for (const part of path.split('/')) {
    if (part === '' || part === '.' || part === '..') throw refuse(path, `a part is ${JSON.stringify(part)}`);
    if (platform === 'win32') checkWindows(path, textOf(part));
  }
}

/** Names of folders that an unpack makes in its target, and removes. */
const stagingName = /^\.kitwright-unpack-/;

function refuse(path: BytePath, why: string): KitwrightError {
  return new KitwrightError('unpack-refused', `The kit holds a path that is refused: ${displayPath(path)} (${why}).`, {
    data: { path: textOf(path), why },
  });
}

const device = /^(?:con|prn|aux|nul|com[0-9\u00b9\u00b2\u00b3]|lpt[0-9\u00b9\u00b2\u00b3]|conin\$|conout\$)(?:\..*)?$/i;

/** Only Windows gives these a meaning that leads elsewhere; on POSIX they are ordinary bytes, and `kit` packs them. */
function checkWindows(path: BytePath, part: string): void {
  if (/[<>:"|?*\\]/.test(part)) throw refuse(path, 'a character that Windows does not allow');
  if (/[. ]$/.test(part) || device.test(part)) throw refuse(path, 'a name that Windows does not allow');
}
