import { closeSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { requireRoom } from '../files/requireRoom.ts';
import { type Chunks, chunkBytes } from './fetchInParts.ts';

/** A new file that is filled chunk by chunk and need not outlive the process. Throws `disk-full` if it has no room. */
export function openScratchChunks(path: string, size: number): Chunks & Disposable {
  requireRoom(dirname(path), size, 'a layer');
  const fd = openSync(path, 'wx', 0o600);
  const written = new Set<number>();
  return {
    path,
    chunks: Math.ceil(size / chunkBytes),
    has: (chunk) => written.has(chunk),
    write: (bytes, offset) => {
      for (let at = 0; at < bytes.byteLength; ) at += writeSync(fd, bytes, at, bytes.byteLength - at, offset + at);
    },
    finished: (chunk) => void written.add(chunk),
    [Symbol.dispose]: () => closeSync(fd),
  };
}
