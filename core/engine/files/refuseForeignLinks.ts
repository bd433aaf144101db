import { lstatSync } from 'node:fs';
import { dirname } from 'node:path';
import { KitwrightError } from '../errors/KitwrightError.ts';
import { fromNative } from './bytePath.ts';
import { displayPath } from './displayPath.ts';
import { isOurOwner } from './isOurOwner.ts';

/**
 * Throws `path-is-link` if a path to which we write leads through a link that neither we, nor root, nor the owner of the directory
 * made in which it lies: in a folder for everybody somebody else may have made it under the name that we use. So does Linux in
 * sticky directories (proc_sys_fs(5), protected_symlinks). What is not there yet has no links.
 */
export function refuseForeignLinks(path: string): void {
  if (process.geteuid === undefined) return;
  const parent = dirname(path);
  if (parent !== path) refuseForeignLinks(parent);
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (!stats?.isSymbolicLink() || isTrusted(stats.uid, parent)) return;
  const shown = displayPath(fromNative(path));
  throw new KitwrightError('path-is-link', `${shown} is a link of another user (${stats.uid}), and is not followed.`, {
    data: { path: shown },
    hint: 'If you mean the directory to which it leads, name that one.',
  });
}

function isTrusted(uid: number, parent: string): boolean {
  if (uid === 0 || uid === process.geteuid?.() || uid === lstatSync(`${parent}/.`).uid) return true;
  try {
    // Some file systems give all files one owner.
    return isOurOwner(uid, fromNative(parent));
  } catch {
    return false;
  }
}
