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
  const fill = (fd: number, path: BytePath, offset: number, size: number): void => {
    // Elsewhere the bytes ahead would be read in vain.
    const goesOn = offset >= start && offset <= end + nearBytes;
    ahead = goesOn ? Math.min(windowBytes, Math.max(size, ahead * 2)) : size;
    const there = until?.(offset + size) ?? Number.POSITIVE_INFINITY;
    const wanted = Math.min(ahead, there - offset);
    let done = 0;
    while (done < size) {
      const count = readSync(fd, block, done, wanted - done, offset + done);
      if (count === 0)
        throw new KitwrightError('kit-malformed', `${displayPath(path)} is shorter than the layer that it holds.`);
      done += count;
    }
    [start, end] = [offset, offset + done];
  };
  return {
    read: (path, offset, size) => {
      const fd = switchTo(path);
      if (offset < start || offset + size > end) fill(fd, path, offset, size);
      return block.subarray(offset - start, offset - start + size);
    },
    [Symbol.dispose]: close,
  };
}
