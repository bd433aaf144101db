import { sep } from 'node:path';
import { baseOf, fromNative, fsPath, joinPath, parentOf } from './bytePath.ts';
import { createPathOpener } from './createPathOpener.ts';
import { openDirectory } from './openDirectory.ts';
import { readUnlinked } from './readUnlinked.ts';

/**
 * The bytes of a plain file at a relative native path below a directory, if it has at most `limit`. No link is followed
 * on the way: it could lead to any file of the machine. Undefined if there is no such file.
 */
export function readBelow(directory: string, path: string, limit: number): Buffer | undefined {
  try {
    using root = openDirectory(directory);
    using opener = createPathOpener(root.path);
    const name = fromNative(path.split(sep).join('/'));
    const bytes = readUnlinked(fsPath(joinPath(opener.open(parentOf(name)), baseOf(name))), limit);
    opener.check();
    return bytes;
  } catch {
    return undefined;
  }
}
