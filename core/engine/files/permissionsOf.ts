import { lstatSync } from 'node:fs';
import { type BytePath, fsPath } from './bytePath.ts';

/**
 * The permissions that a file keeps when it is replaced; undefined where no file is. Its setuid and setgid go, as they
 * do when somebody writes to it. Another user's file gives ours no more than the umask does: that user could write to it.
 */
export function permissionsOf(path: BytePath): number | undefined {
  const stats = lstatSync(fsPath(path), { throwIfNoEntry: false });
  if (!stats?.isFile()) return undefined;
  const isForeign = process.geteuid !== undefined && stats.uid !== process.geteuid();
  return stats.mode & 0o777 & (isForeign ? ~process.umask() : 0o777);
}
