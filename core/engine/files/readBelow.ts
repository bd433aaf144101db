import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { sep } from 'node:path';
import { baseOf, fromNative, fsPath, joinPath, parentOf } from './bytePath.ts';
import { createPathOpener } from './createPathOpener.ts';
import { openDirectory } from './openDirectory.ts';
import { readOnly } from './readPlainFile.ts';

const noLink = readOnly | (constants.O_NOFOLLOW ?? 0);

/**
 * The bytes of a plain file at a relative native path below a directory, if it has at most `limit`. No link is followed
 * on the way: it could lead to any file of the machine. Undefined if there is no such file.
 */
export function readBelow(directory: string, path: string, limit: number): Buffer | undefined {
  try {
    using root = openDirectory(directory);
    using opener = createPathOpener(root.path);
    const name = fromNative(path.split(sep).join('/'));
    const bytes = readPlain(fsPath(joinPath(opener.open(parentOf(name)), baseOf(name))), limit);
    opener.check();
    return bytes;
  } catch {
    return undefined;
  }
}

function readPlain(path: string | Buffer, limit: number): Buffer | undefined {
  const fd = openSync(path, noLink);
  try {
    const stats = fstatSync(fd);
    return stats.isFile() && stats.size <= limit ? readFileSync(fd) : undefined;
  } finally {
    closeSync(fd);
  }
}
