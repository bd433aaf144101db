import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { readOnly } from './readPlainFile.ts';

const noLink = readOnly | (constants.O_NOFOLLOW ?? 0);

/**
 * The bytes of a plain file, if it has at most `limit`; undefined for anything else. A link, which could lead to any file
 * of the machine, is not followed. Throws what the system says.
 */
export function readUnlinked(path: string | Buffer, limit: number): Buffer | undefined {
  const fd = openSync(path, noLink);
  try {
    const stats = fstatSync(fd);
    return stats.isFile() && stats.size <= limit ? readFileSync(fd) : undefined;
  } finally {
    closeSync(fd);
  }
}
