import { existsSync } from 'node:fs';
import { basename, dirname, join, normalize, resolve } from 'node:path';
import { type BytePath, fromNative } from './bytePath.ts';
import { makeDirectory } from './makeDirectory.ts';
import { type OpenDirectory, openDirectory } from './openDirectory.ts';
import { refuseForeignLinks } from './refuseForeignLinks.ts';

/**
 * Opens the directory that a user named, and makes what of it is not there. Links of the part that is there are
 * followed, but for those of other users; a link in the place of what is made is refused, whoever puts it there and when. Throws `path-is-link` and
 * what the system says. A relative path is left to the system, which knows the working directory itself: whoever owns one above
 * it can give its name to another. See `makeDirectory` for the mode.
 */
export function openOrMakeDirectory(path: string, mode?: number): OpenDirectory {
  const given = process.platform === 'linux' ? normalize(path) : resolve(path);
  refuseForeignLinks(given);
  const missing = missingOf(given);
  if (!missing.length) return openDirectory(given);
  using above = openDirectory(join(given, ...missing.map(() => '..')));
  return makeDirectory(above.path, missing.join('/'), mode);
}

/** The names at the end of a path that are not there. */
function missingOf(path: string): readonly BytePath[] {
  return existsSync(path) || dirname(path) === path ? [] : [...missingOf(dirname(path)), fromNative(basename(path))];
}
