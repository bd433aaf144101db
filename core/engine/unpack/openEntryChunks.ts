import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { fromNative, fsPath } from '../files/bytePath.ts';
import { findLargeEntries } from '../layers/findLargeEntries.ts';
import { addOwnFile, createAvailable, maxOwnFiles, openOwnFiles, ownPath } from '../layers/ownFiles.ts';
import type { Chunks } from '../store/fetchInParts.ts';
import { openScratchChunks } from '../store/openScratchChunks.ts';

/**
 * A layer that is written while it is fetched: large files go to files of their own (`ownFiles.ts`), the rest to one file, at its
 * offset in the layer. With `isRaw` the layer is no tar but one file.
 */
export function openEntryChunks(path: string, size: number, isRaw: boolean): Chunks & Disposable {
  const scratch = openScratchChunks(path, size);
  const written = openSync(path, 'r');
  const available = createAvailable();
  const own = openOwnFiles(available);
  const fds = [written];
  const add = (start: number, end: number, begun: Uint8Array): void => {
    const index = fds.length - 1;
    if (index === maxOwnFiles) return;
    const fd = openSync(fsPath(ownPath(fromNative(path), index)), 'wx+', 0o600);
    fds.push(fd);
    writeFully(fd, begun, 0);
    addOwnFile(available, { index, start, end, fd });
  };
  /** The bytes that came so far, one after the other. */
  let there = 0;
  const write: Chunks['write'] = (bytes, offset) => {
    for (let at = 0; at < bytes.byteLength; ) {
      const from = offset + at;
      const file = own.at(from);
      const part = bytes.subarray(at, Math.min(bytes.byteLength, (file?.end ?? own.next(from)) - offset));
      if (file) writeFully(file.fd, part, from - file.start);
      else scratch.write(part, from);
      at += part.byteLength;
    }
  };
  const readAt = (offset: number, length: number): Uint8Array => {
    const bytes = Buffer.alloc(length);
    readSync(written, bytes, 0, length, offset);
    return bytes;
  };
  const entries = findLargeEntries(readAt, size, (start, end) => {
    add(start, end, readAt(start, Math.min(there, end) - start));
  });
  if (isRaw) {
    add(0, size, new Uint8Array());
    entries.stop();
  }
  return {
    ...scratch,
    available,
    write: (bytes, offset) => {
      if (offset === there) there += bytes.byteLength;
      // A file of which the end came before its beginning would lie in two places.
      else entries.stop();
      write(bytes, offset);
    },
    settle: entries.look,
    [Symbol.dispose]: () => {
      for (const fd of fds) closeSync(fd);
      scratch[Symbol.dispose]();
    },
  };
}

function writeFully(fd: number, bytes: Uint8Array, offset: number): void {
  for (let at = 0; at < bytes.byteLength; ) at += writeSync(fd, bytes, at, bytes.byteLength - at, offset + at);
}
