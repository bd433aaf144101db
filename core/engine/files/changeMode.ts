import { chmodSync, closeSync, constants, fchmodSync, openSync } from 'node:fs';
import { errnoOf } from '../errors/systemError.ts';
import { type BytePath, fsPath } from './bytePath.ts';
import { readOnly } from './readPlainFile.ts';

/**
 * Gives a file in a directory that only this user can enter other permissions. A link is not followed: the system says
 * ELOOP.
 */
export function changeMode(path: BytePath, mode: number): void {
  const fd = open(path);
  // One that its user may not read gives no descriptor; it is no link.
  if (fd === undefined) chmodSync(fsPath(path), mode);
  else changeOpen(fd, mode);
}

function changeOpen(fd: number, mode: number): void {
  try {
    fchmodSync(fd, mode);
  } finally {
    closeSync(fd);
  }
}

function open(path: BytePath): number | undefined {
  try {
    return openSync(fsPath(path), readOnly | (constants.O_NOFOLLOW ?? 0));
  } catch (error) {
    if (errnoOf(error) === 'EACCES') return undefined;
    throw error;
  }
}
