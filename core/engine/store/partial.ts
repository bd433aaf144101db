import { existsSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { commitFile } from '../files/atomicWrite.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { hexOf } from '../oci/digest.ts';
import type { StoreLayout } from './layout.ts';
import { tryLock } from './lock.ts';

/** Bytes that are fetched, and remembered, as one. */
export const chunkBytes = 16 * 1024 * 1024;

/** A content that is not complete yet. It outlives the process, so that the next one goes on. */
export interface PartialContent extends AsyncDisposable {
  readonly path: string;
  readonly chunks: number;
  readonly has: (chunk: number) => boolean;
  /** Bytes of one chunk are written at their place. Synchronous: a page cache takes 64 KiB faster than a thread is asked. */
  readonly write: (bytes: Uint8Array, offset: number) => void;
  readonly finished: (chunk: number) => Promise<void>;
  /** All chunks are there and verified: the content gets its final name. */
  readonly commit: (final: string) => Promise<void>;
  /** What is there is wrong: nothing of it may be used again. */
  readonly reset: () => void;
}

const readDone = (path: string, chunks: number): Uint8Array => {
  const bytes = existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
  return bytes.byteLength === chunks ? bytes : Buffer.alloc(chunks);
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
  const done = readDone(state, chunks);
  const [content, marks] = [await openExisting(path), await openExisting(state)];
  const remove = () => {
    for (const name of [path, state]) rmSync(name, { force: true });
  };
  return {
    path,
    chunks,
    has: (chunk) => done[chunk] === 1,
    write: (bytes, offset) => {
      for (let at = 0; at < bytes.byteLength; )
        at += writeSync(content.fd, bytes, at, bytes.byteLength - at, offset + at);
    },
    finished: async (chunk) => {
      // The disk works while the next chunk comes; a chunk counts only when it is on it.
      await content.datasync();
      done[chunk] = 1;
      await marks.write(done, 0, chunks, 0);
    },
    commit: async (final) => {
      await commitFile(path, final);
      remove();
    },
    reset: () => {
      done.fill(0);
      remove();
    },
    [Symbol.asyncDispose]: async () => {
      await content.close();
      await marks.close();
      lock[Symbol.dispose]();
    },
  };
};
