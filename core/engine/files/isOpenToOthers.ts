import type { Stats } from 'node:fs';

/**
 * May others write here? A group with the number of its user is that user's own (Debian, Fedora), and umask 002 is usual
 * there.
 */
export function isOpenToOthers(stats: Stats): boolean {
  if (stats.isSymbolicLink()) return false;
  return (stats.mode & 0o002) !== 0 || ((stats.mode & 0o020) !== 0 && stats.gid !== stats.uid);
}
