import { lstatSync } from 'node:fs';
import { type BytePath, fsPath } from './bytePath.ts';

/**
 * The permissions that a file keeps when it is replaced; undefined where no file is. Its setuid and setgid go, as they
 * do when somebody writes to it.
 */
export function permissionsOf(path: BytePath): number | undefined {
  const stats = lstatSync(fsPath(path), { throwIfNoEntry: false });
  return stats?.isFile() ? stats.mode & 0o777 : undefined;
}
