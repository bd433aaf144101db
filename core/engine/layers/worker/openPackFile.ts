import { fdatasync, ftruncateSync, rmSync, write as writeCallback } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { promisify } from 'node:util';
import { systemError } from '../../errors/systemError.ts';
import { dataRuns } from '../../files/dataRuns.ts';
import { openFile } from '../../files/openFile.ts';
import { openDirect } from './openDirect.ts';

/**
 * Contents of small files, one after the other in one file: they are in memory for the hash anyway, and one long
 * write costs far less than a file for each. Writing goes on in the background while the worker reads and hashes.
 */
export interface PackFile {
  /**
   * Takes the bytes over (they may not change until `written`) and returns their offset. Wait for `settled` now and
   * then.
   */
  readonly append: (bytes: Uint8Array, written?: () => void) => number;
  /** Resolves when few enough writes are under way. */
  readonly settled: () => Promise<void>;
  /** All of it is on the disk afterwards; with a size, bytes behind that are cut off. */
  readonly finish: (size?: number) => Promise<void>;
  readonly discard: () => Promise<void>;
}

/** Bytes after which what was written is sent to the disk, so that little is left to wait for at the end. */
const syncEvery = 64 * 1024 * 1024;

/** Past the cache they are on their way at once: a sync between would only hold up the next ones. */
const never = Number.POSITIVE_INFINITY;

const sync = promisify(fdatasync);

const write = promisify(writeCallback);

/** Writes that may be under way while the next one is made ready: more of them only wait for each other. */
const maxPending = 4;

/** Of the long ones that go past the cache. */
const maxDirect = 1;

/** `direct`: past the system's cache where that is possible; what is appended must then be as `openDirect` wants it. */
export async function openPackFile(path: string, { direct = false } = {}): Promise<PackFile> {
  const uncached = direct ? await openDirect(path) : undefined;
  const handle: FileHandle = uncached ?? (await openFile(path, 'wx', 0o600));
  const interval = uncached ? never : syncEvery;
  const pending = new Set<Promise<void>>();
  let offset = 0;
  let failure: unknown;
  let synced = 0;
  let syncing: Promise<unknown> = Promise.resolve();
  const syncEarly = () => {
    if (offset - synced < interval) return;
    synced = offset;
    // Only the last sync decides: a failure shows there again.
    syncing = syncing.then(() => sync(handle.fd)).catch(() => undefined);
  };
  const writeAt = async (bytes: Uint8Array, at: number): Promise<void> => {
    try {
      for (const [from, to] of dataRuns(bytes, at))
        for (let done = from; done < to; )
          done += (await write(handle.fd, bytes, done, to - done, at + done)).bytesWritten;
    } catch (error) {
      failure ??= systemError(error, 'store-failed', 'write', path);
    }
  };
  const settle = async (limit: number): Promise<void> => {
    while (pending.size > limit) await Promise.race(pending);
    if (failure !== undefined) throw failure;
  };
  return {
    append: (bytes, written) => {
      const at = offset;
      offset += bytes.byteLength;
      const writing = writeAt(bytes, at).finally(() => {
        pending.delete(writing);
        written?.();
      });
      pending.add(writing);
      syncEarly();
      return at;
    },
    settled: () => settle(direct ? maxDirect : maxPending),
    finish: async (size = offset) => {
      await settle(0);
      await syncing;
      // By descriptor: see `openFile`.
      // What `openDirect` tried is longer than an empty file, and zeros at the end were not written.
      ftruncateSync(handle.fd, size);
      await handle.sync();
      await handle.close();
    },
    discard: async () => {
      await Promise.allSettled([...pending, syncing]);
      await handle.close().catch(() => undefined);
      rmSync(path, { force: true });
    },
  };
}
