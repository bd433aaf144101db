import { closeSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { systemError } from '../../errors/systemError.ts';

/**
 * Contents of small files, one after the other in one file: they are in memory for the hash anyway, and one long
 * write costs far less than a file for each.
 */
export interface PackFile {
  /** Appends and returns the offset. */
  readonly append: (bytes: Uint8Array) => number;
  readonly finish: () => void;
  readonly discard: () => void;
}

export const createPackFile = (path: string): PackFile => {
  let fd: number | undefined;
  let offset = 0;
  const opened = (): number => {
    fd ??= openSync(path, 'wx', 0o600);
    return fd;
  };
  return {
    append: (bytes) => {
      try {
        for (let done = 0; done < bytes.byteLength; ) done += writeSync(opened(), bytes, done);
      } catch (error) {
        throw systemError(error, 'store-failed', 'write', path);
      }
      offset += bytes.byteLength;
      return offset - bytes.byteLength;
    },
    finish: () => {
      if (fd === undefined) return;
      fsyncSync(fd);
      closeSync(fd);
      fd = undefined;
    },
    discard: () => {
      if (fd !== undefined) closeSync(fd);
      rmSync(path, { force: true });
    },
  };
};
