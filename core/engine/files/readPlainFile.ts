import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { KitwrightError } from '../errors/KitwrightError.ts';
import { systemError } from '../errors/systemError.ts';
import { fromNative } from './bytePath.ts';
import { displayPath } from './displayPath.ts';

/** Flags to read a file that others can replace: opening a pipe does not wait for a writer. Windows has no pipes. */
export const readOnly = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/**
 * The bytes of a plain file of at most `limit` bytes; links are followed. Whoever can write to a directory may put a
 * pipe or a device in its place, which would never end. `shown` is how errors name it. Throws `file-unreadable`, with
 * the system's error as cause.
 */
export function readPlainFile(path: string, limit: number, shown = path): Buffer {
  const fd = open(path, shown);
  try {
    const stats = fstatSync(fd);
    if (!stats.isFile()) throw refused(shown, 'is no plain file');
    const bytes = readUpTo(fd, limit, stats.size);
    if (!bytes) throw refused(shown, `has more than ${limit} bytes`);
    return bytes;
  } catch (error) {
    throw systemError(error, 'file-unreadable', 'read', shown);
  } finally {
    closeSync(fd);
  }
}

/**
 * The rest of an open file, if it has at most `limit` bytes; undefined for more. `size` is what was told, and decides
 * nothing: another process may let the file grow without end meanwhile, and files of /proc say that they are empty. By
 * descriptor: Yarn's Plug'n'Play reads files of packages so, but lets no `readFileSync` do it. Throws what the system says.
 */
export function readUpTo(fd: number, limit: number, size: number): Buffer | undefined {
  if (size > limit) return undefined;
  const parts: Buffer[] = [];
  let length = 0;
  for (let room = size + 1; length <= limit; room = blockBytes) {
    const block = Buffer.allocUnsafe(room);
    const count = readSync(fd, block, 0, room, null);
    if (count === 0) return Buffer.concat(parts);
    parts.push(block.subarray(0, count));
    length += count;
  }
  return undefined;
}

const blockBytes = 64 * 1024;

function open(path: string, shown: string): number {
  try {
    return openSync(path, readOnly);
  } catch (error) {
    throw systemError(error, 'file-unreadable', 'read', shown);
  }
}

function refused(path: string, why: string): KitwrightError {
  const shown = displayPath(fromNative(path));
  return new KitwrightError('file-unreadable', `${shown} ${why}.`, { data: { path: shown } });
}
