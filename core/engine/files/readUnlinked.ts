import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { readOnly, readUpTo } from './readPlainFile.ts';

const noLink = readOnly | (constants.O_NOFOLLOW ?? 0);

/**
 * The bytes of a plain file, if it has at most `limit`; undefined for anything else. A link, which could lead to any file
 * of the machine, is not followed. Throws what the system says.
 */
export function readUnlinked(path: string | Buffer, limit: number): Buffer | undefined {
  const fd = openSync(path, noLink);
  try {
    const stats = fstatSync(fd);
    return stats.isFile() ? readUpTo(fd, limit, stats.size) : undefined;
  } finally {
    closeSync(fd);
  }
}
