import { type BytePath, baseOf, fsPath, joinPath, parentOf, parentsOf } from './bytePath.ts';
import { createPathOpener } from './createPathOpener.ts';
import { makeIfMissing } from './makeDirectories.ts';
import { type OpenDirectory, openBelow } from './openDirectory.ts';

/**
 * Makes a directory below an open one, with those above it, each through its parent, and opens it: no link is followed
 * on the way. Each gets this mode, less the umask. Throws `path-is-link` and what the system says.
 */
export function makeDirectory(root: BytePath, path: BytePath, mode = 0o777): OpenDirectory {
  using opener = createPathOpener(root);
  for (const each of [...parentsOf(path), path])
    makeIfMissing(fsPath(joinPath(opener.open(parentOf(each)), baseOf(each))), mode);
  return openBelow(opener.open(parentOf(path)), baseOf(path), () => path);
}
