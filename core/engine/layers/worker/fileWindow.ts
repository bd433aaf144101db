import { closeSync, openSync, readSync } from 'node:fs';
import { KitwrightError } from '../../errors/KitwrightError.ts';
import { type BytePath, fsPath } from '../../files/bytePath.ts';
import { displayPath } from '../../files/displayPath.ts';
import { readOnly } from '../../files/readPlainFile.ts';

/**
 * Reads ranges of files that nobody changes; what follows a range is read ahead, so that small ones need no call of
 * their own.
 */
export interface FileWindow extends Disposable {
  /** At most `windowBytes`; the bytes are good until the next call. Throws `kit-malformed`. */
  readonly read: (path: BytePath, offset: number, size: number) => Buffer;
  /** Fills `into`, of any length. Throws `kit-malformed`. */
  readonly fill: (path: BytePath, offset: number, into: Uint8Array) => void;
}

/** The most bytes that a window holds. */
export const windowBytes = 512 * 1024;

/** Bytes between two ranges up to which the second one still goes on behind the first. */
const nearBytes = 64 * 1024;

/** `until` waits for the first `end` bytes of a file that grows, and gives how many are there. */
export function openFileWindow(until?: (end: number) => number): FileWindow {
  const block = Buffer.allocUnsafeSlow(windowBytes);
  let file: { readonly path: BytePath; readonly fd: number } | undefined;
  let [start, end, ahead] = [0, 0, 0];
  const close = () => {
    if (file) closeSync(file.fd);
    file = undefined;
  };
  const switchTo = (path: BytePath): number => {
    if (file?.path === path) return file.fd;
    close();
    file = { path, fd: openSync(fsPath(path), readOnly) };
    [start, end, ahead] = [0, 0, 0];
    return file.fd;
  };
  const fillBlock = (fd: number, path: BytePath, offset: number, size: number): void => {
    // Elsewhere the bytes ahead would be read in vain.
    const goesOn = offset >= start && offset <= end + nearBytes;
    ahead = goesOn ? Math.min(windowBytes, Math.max(size, ahead * 2)) : size;
    const there = until?.(offset + size) ?? Number.POSITIVE_INFINITY;
    const wanted = Math.min(ahead, there - offset);
    const done = readAtLeast(fd, path, block.subarray(0, wanted), { offset, size });
    [start, end] = [offset, offset + done];
  };
  return {
    read: (path, offset, size) => {
      const fd = switchTo(path);
      if (offset < start || offset + size > end) fillBlock(fd, path, offset, size);
      return block.subarray(offset - start, offset - start + size);
    },
    fill: (path, offset, into) => void readAtLeast(switchTo(path), path, into, { offset, size: into.byteLength }),
    [Symbol.dispose]: close,
  };
}

/** Gives how many bytes were read: `size` or more. */
function readAtLeast(
  fd: number,
  path: BytePath,
  into: Uint8Array,
  { offset, size }: { readonly offset: number; readonly size: number },
): number {
  let done = 0;
  while (done < size) {
    const count = readSync(fd, into, done, into.byteLength - done, offset + done);
    if (count === 0)
      throw new KitwrightError('kit-malformed', `${displayPath(path)} is shorter than the layer that it holds.`);
    done += count;
  }
  return done;
}
