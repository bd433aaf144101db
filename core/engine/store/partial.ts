import { existsSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { commitFile } from '../files/atomicWrite.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { hexOf } from '../oci/digest.ts';
import { type Chunks, chunkBytes } from './fetchInParts.ts';
import type { StoreLayout } from './layout.ts';
import { tryLock } from './lock.ts';

/**
 * A content that is not complete yet. It outlives the process, so that the next one goes on: a finished chunk is taken over by the disk in the
 * background, and only then does the next process count on it.
 */
export interface PartialContent extends Chunks, AsyncDisposable {
  /** All chunks are there and verified: the content gets its final name. Throws what the disk said meanwhile. */
  readonly commit: (final: string) => Promise<void>;
  /** What is there is wrong: nothing of it may be used again. */
  readonly reset: () => void;
}

const readDone = (path: string, chunks: number): Uint8Array => {
  const bytes = existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
  return bytes.byteLength === chunks ? bytes : Buffer.alloc(chunks);
};

/** Syncs in the background, one time after the other: each sync covers all chunks that were finished before it began. */
const backgroundSync = (content: FileHandle, marks: FileHandle, durable: Uint8Array) => {
  const waiting: number[] = [];
  let running: Promise<void> | undefined;
  const run = async (): Promise<void> => {
    while (waiting.length) {
      const batch = waiting.splice(0);
      await content.datasync();
      for (const chunk of batch) durable[chunk] = 1;
      await marks.write(durable, 0, durable.byteLength, 0);
    }
    running = undefined;
  };
  return {
    add: (chunk: number) => {
      waiting.push(chunk);
      running ??= run();
      // Looked at when the content gets its name, or is given up.
      running.catch(() => undefined);
    },
    settled: async () => running,
  };
};

const openExisting = async (path: string): Promise<FileHandle> => open(path, existsSync(path) ? 'r+' : 'wx+', 0o600);

/** Opens the partial of a content; undefined while another process works on it. */
export const openPartial = async (
  { digest, size }: Descriptor,
  layout: StoreLayout,
): Promise<PartialContent | undefined> => {
  const path = join(layout.partials, hexOf(digest));
  const lock = tryLock(`${path}.lock`, layout.tmp);
  if (!lock) return undefined;
  const chunks = Math.ceil(size / chunkBytes);
  const state = `${path}.done`;
  if (!existsSync(path)) rmSync(state, { force: true });
  const durable = readDone(state, chunks);
  const written = Uint8Array.from(durable);
  const [content, marks] = [await openExisting(path), await openExisting(state)];
  const sync = backgroundSync(content, marks, durable);
  const remove = () => {
    for (const name of [path, state]) rmSync(name, { force: true });
  };
  return {
    path,
    chunks,
    has: (chunk) => written[chunk] === 1,
    write: (bytes, offset) => {
      for (let at = 0; at < bytes.byteLength; )
        at += writeSync(content.fd, bytes, at, bytes.byteLength - at, offset + at);
    },
    finished: (chunk) => {
      written[chunk] = 1;
      sync.add(chunk);
    },
    commit: async (final) => {
      await sync.settled();
      await commitFile(path, final);
      remove();
    },
    reset: () => {
      written.fill(0);
      durable.fill(0);
      remove();
    },
    [Symbol.asyncDispose]: async () => {
      await sync.settled().catch(() => undefined);
      await content.close();
      await marks.close();
      lock[Symbol.dispose]();
    },
  };
};
