import { lstatSync } from 'node:fs';
import { type BytePath, fsPath, parentOf } from './bytePath.ts';

/**
 * Can nobody else (but root) rename this directory, or one above it, on an absolute path? Then the path leads there as
 * surely as a handle does, and faster. A sticky directory of somebody else protects what is ours in it.
 */
export function isOursAlone(directory: BytePath): boolean {
  const own = process.geteuid?.();
  if (own === undefined || !directory.startsWith('/')) return false;
  for (let path = directory; ; path = parentOf(path)) {
    const { mode, uid } = lstatSync(fsPath(path || '/'));
    const isDirectory = (mode & 0o170000) === 0o040000;
    const isGuarded = (mode & 0o022) === 0 || (mode & 0o1000) !== 0;
    if (!isDirectory || !isGuarded || (uid !== own && uid !== 0)) return false;
    if (path === '' || path === '/') return true;
  }
}
