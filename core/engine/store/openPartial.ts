import { existsSync, readFileSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { commitFile } from '../files/atomicWrite.ts';
import { openFile } from '../files/openFile.ts';
import { isNearlyFull, requireRoom } from '../files/requireRoom.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { bootId } from './bootId.ts';
import { type Chunks, chunkBytes } from './fetchInParts.ts';
import { bytesOnDisk, partialPath } from './requireRoomFor.ts';
import type { StoreLayout } from './storeLayout.ts';
import { markUnsynced } from './unsynced.ts';
import { tryLock } from './withLock.ts';

/**
 * A download that is not complete yet. It outlives the process, so that the next one resumes it. After a crash of the
 * machine only those chunks are used that the disk was known to have.
 */
export interface PartialContent extends Chunks, AsyncDisposable {
  /** All chunks are there and verified: the blob gets its final name. Throws what the disk said meanwhile. */
  readonly commit: () => Promise<void>;
  /** What is there is wrong: nothing of it may be used again. */
  readonly reset: () => void;
}

/** What is known of a chunk. */
const [missing, written, durable] = [0, 1, 2];

/** Opens the partial of a blob; undefined while another process works on it. Throws `disk-full` if all of it has no room. */
export async function openPartial(
  descriptor: Descriptor,
  layout: StoreLayout,
  boot = bootId(),
): Promise<PartialContent | undefined> {
  const { digest, size } = descriptor;
  const path = partialPath(descriptor, layout);
  requireRoom(layout.partials, size - bytesOnDisk(path), digest);
  const lock = tryLock(`${path}.lock`, layout.tmp);
  if (!lock) return undefined;
  const chunks = Math.ceil(size / chunkBytes);
  const statePath = `${path}.done`;
  if (!existsSync(path)) rmSync(statePath, { force: true });
  const states = readChunks(statePath, chunks, boot);
  const [content, file] = [await openExisting(path), await openExisting(statePath)];
  // Left by a descriptor that claimed another size: what is behind ours would never be hashed.
  if ((await content.stat()).size > size) await content.truncate(size);
  const state = keepState(content, file, states, boot);
  // Beside the download: it is needed before the blob has its name.
  const marked = boot === undefined ? undefined : markUnsynced(descriptor, layout, boot);
  marked?.catch(() => undefined);
  const remove = () => {
    for (const name of [path, statePath]) rmSync(name, { force: true });
  };
  let isWhole = false;
  return {
    path,
    chunks,
    has: state.has,
    write: (bytes, offset) => {
      for (let at = 0; at < bytes.byteLength; )
        at += writeSync(content.fd, bytes, at, bytes.byteLength - at, offset + at);
    },
    finished: state.finished,
    commit: async () => {
      await marked;
      await state.settled();
      const final = layout.blob(digest);
      if (boot === undefined) await commitFile(path, final);
      else renameSync(path, final);
      isWhole = true;
      remove();
    },
    reset: () => {
      state.forget();
      remove();
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.allSettled([marked, state.settled()]);
      // It goes on where it was cut, but not at the price of a disk that stays full.
      if (!isWhole && isNearlyFull(layout.partials)) remove();
      await content.close();
      await file.close();
      lock[Symbol.dispose]();
    },
  };
}

/**
 * Bytes of the state file that name the boot; one byte for each chunk follows, up to the last one that came: what a
 * blob claims to be large takes no place.
 */
const bootBytes = 40;

/** What of each chunk the last process knew. `boot` is the present one. */
function readChunks(path: string, chunks: number, boot: string | undefined): number[] {
  const length = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (length < bootBytes || length > bootBytes + chunks) return [];
  const bytes = readFileSync(path);
  const same = bytes.toString('latin1', 0, bootBytes).trimEnd() === boot;
  return [...bytes.subarray(bootBytes)].map((state) =>
    state === durable || (same && state === written) ? state : missing,
  );
}

async function openExisting(path: string): Promise<FileHandle> {
  return openFile(path, existsSync(path) ? 'r+' : 'wx+', 0o600);
}

/** Chunks after which the disk is asked to take over what there is: what a crash of the machine costs (4 GiB). */
const syncInterval = 256;

/** Notes what is known of the chunks, and syncs now and then beside the transfer. */
function keepState(content: FileHandle, file: FileHandle, states: number[], boot: string | undefined) {
  const head = Buffer.alloc(bootBytes, ' ');
  head.write(boot ?? '', 'latin1');
  let unsynced = 0;
  let running: Promise<void> = Promise.resolve();
  const write = () => file.write(Buffer.concat([head, Buffer.from(states)]), 0, bootBytes + states.length, 0);
  const sync = async (): Promise<void> => {
    const batch = [...states.keys()].filter((chunk) => states[chunk] === written);
    await content.datasync();
    for (const chunk of batch) states[chunk] = durable;
    await write();
  };
  const then = (work: () => Promise<unknown>) => {
    running = running.then(async () => void (await work()));
    // Looked at when the blob gets its name, or is given up.
    running.catch(() => undefined);
  };
  return {
    has: (chunk: number) => (states[chunk] ?? missing) !== missing,
    forget: () => {
      states.length = 0;
    },
    finished: (chunk: number) => {
      while (states.length < chunk) states.push(missing);
      states[chunk] = written;
      then(write);
      if (++unsynced % syncInterval === 0) then(sync);
    },
    settled: () => running,
  };
}
