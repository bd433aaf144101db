import { closeSync, constants, lstatSync, openSync } from 'node:fs';
import { errnoOf } from '../errors/systemError.ts';
import { type BytePath, bytePath, fsPath, joinPath } from './bytePath.ts';
import { removeTree } from './removeTree.ts';

/** The file whose making marks a directory. */
export const markName = 'made';

/**
 * Marks a directory in which a program keeps what it knows, and gives the mark: when its file `made` was made, by the
 * system. Whatever was unpacked there before, with whatever program, could not know that: what does not name the mark
 * was not written by who made it.
 */
export function makeMark(directory: BytePath): string {
  const known = readMark(directory);
  if (known !== undefined) return known;
  removeTree(directory, bytePath(markName));
  try {
    closeSync(openSync(fsPath(joinPath(directory, bytePath(markName))), createNew, 0o644));
  } catch (error) {
    // Another process was faster.
    if (errnoOf(error) !== 'EEXIST') throw error;
  }
  return readMark(directory) ?? '';
}

const createNew = constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY;

/** The mark of a directory; undefined if it has none. */
export function readMark(directory: BytePath): string | undefined {
  const path = fsPath(joinPath(directory, bytePath(markName)));
  const stats = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  if (!stats?.isFile()) return undefined;
  // macOS moves the birth of a file with the time of its last change, which anybody sets; some file systems have none.
  const made = process.platform === 'linux' && stats.birthtimeNs ? stats.birthtimeNs : stats.ctimeNs;
  return String(made);
}
