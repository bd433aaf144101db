import { closeSync, constants, fstatSync, openSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryName } from './atomicWrite.ts';

/**
 * Do others get rights to what is made in this directory, whatever the umask? So a default access list does (acl(5)), whose
 * users stat(2) does not tell from a group. What cannot be tried, in a worker or where nothing can be made, is taken for one.
 */
export function givesToOthers(directory: string): boolean {
  const path = join(directory, temporaryName('.kitwright-probe'));
  try {
    const umask = process.umask(0o077);
    try {
      return hasOthers(path);
    } finally {
      process.umask(umask);
    }
  } catch {
    return true;
  }
}

function hasOthers(path: string): boolean {
  const fd = openSync(path, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY, 0o666);
  try {
    return (fstatSync(fd).mode & 0o077) !== 0;
  } finally {
    closeSync(fd);
    unlinkSync(path);
  }
}
