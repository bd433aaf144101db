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
    if (stats.size > limit) throw refused(shown, `has more than ${limit} bytes`);
    return readRest(fd, stats.size);
  } catch (error) {
    throw systemError(error, 'file-unreadable', 'read', shown);
  } finally {
    closeSync(fd);
  }
}

/** Yarn's Plug'n'Play reads files of packages by descriptor, but lets no `readFileSync` do so. `size` is what was told. */
function readRest(fd: number, size: number): Buffer {
  const parts: Buffer[] = [];
  for (let room = size + 1; ; room = 64 * 1024) {
    const block = Buffer.allocUnsafe(room);
    const count = readSync(fd, block, 0, room, null);
    if (count === 0) return Buffer.concat(parts);
    parts.push(block.subarray(0, count));
  }
}

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
