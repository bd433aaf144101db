import type { Hash } from 'node:crypto';
import { fdatasync, fsync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';
import { threadId } from 'node:worker_threads';
import { systemError } from '../../errors/systemError.ts';
import { writeHeader } from '../headerWriter.ts';
import { objectPath, packLimit } from '../jobs.ts';
import { contentSize, type ManyJob, type ManyResult, unitSize } from '../manyFiles.ts';
import type { FilePiece } from '../recipe.ts';
import { blockSize, paddingOf, tarEnd } from '../tarHeader.ts';
import { contentHashBytes } from './contentHasher.ts';
import { fillChunk } from './fillChunk.ts';
import { openLayerHash } from './openLayerHash.ts';
import {
  guarded,
  isOver,
  type ManyRun,
  openManyRun,
  pathsOf,
  pieceOf,
  rowsOf,
  slotOf,
  writeAll,
} from './openManyRun.ts';
import { blockBytes, readPiece } from './readPiece.ts';
import { storeLargeFile } from './storeLargeFile.ts';

/** Takes part in a layer of many files until there is nothing left to read. Throws what `hashMany` throws. */
export async function helpMany(job: ManyJob): Promise<void> {
  const run = await openManyRun(job);
  const { control } = run;
  await guarded(run, () => {
    for (let chunk = control.claim(); chunk !== 'none'; chunk = control.claim()) {
      if (isOver(run)) return;
      if (chunk === 'full') control.waitRoom();
      else fillChunk(run, chunk);
    }
  });
}

/** As `helpMany`, in a thread that has other work too: between two chunks that gets its turn. */
export async function helpBeside(job: ManyJob): Promise<void> {
  const run = await openManyRun(job);
  const { control } = run;
  await guarded(run, async () => {
    for (let chunk = control.claim(); chunk !== 'none'; chunk = control.claim()) {
      if (isOver(run)) return;
      if (chunk === 'full') await control.roomLater();
      else fillChunk(run, chunk);
      await setImmediate();
    }
  });
}

/**
 * SHA-256 of a tar of many files, the content hash of each, and new units into the pack file. Throws `content-changed`,
 * `file-unreadable`, `disk-full`, `cancelled`.
 */
export async function hashMany(job: ManyJob): Promise<ManyResult> {
  const run = await openManyRun(job);
  const { control } = run;
  const layer = openLayerHash(job);
  const { hash, first } = layer;
  const sync = createSyncing(run);
  run.meter.add(layer.skipped);
  control.begin(first);
  return guarded(run, async () => {
    let hashed = 0;
    for (let chunk = first; chunk < job.chunks.length - 1; chunk++) {
      awaitChunk(run, chunk);
      if (isOver(run)) return { digest: undefined, hashed, thread: threadId };
      layer.note(chunk, hashed);
      hashed += await consume(run, chunk, hash);
      control.consumed();
      sync.written(job.pack?.starts[chunk + 1] ?? 0);
    }
    hash.update(tarEnd());
    await sync.finish();
    const digest = `sha256:${hash.digest('hex')}`;
    layer.keep(digest);
    return { digest, hashed: hashed + tarEnd().byteLength, thread: threadId };
  });
}

/** Fills chunks itself as long as this one is not there. */
function awaitChunk(run: ManyRun, chunk: number): void {
  const { control } = run;
  while (!isOver(run) && !control.isFilled(chunk)) {
    const claimed = control.claim();
    if (typeof claimed === 'number') fillChunk(run, claimed);
    else control.waitFilled(chunk);
  }
}

const zeros = Buffer.alloc(blockSize);

/** Hashes a chunk that is filled; gives its length. */
async function consume(run: ManyRun, chunk: number, hash: Hash): Promise<number> {
  const { job } = run;
  const [from, to] = rowsOf(job, chunk);
  if (contentSize(job, from) > packLimit) return consumeLarge(run, chunk, hash);
  let length = 0;
  for (let row = from; row < to; row++) length += unitSize(job, job, row);
  hash.update(slotOf(job, chunk).subarray(0, length));
  return length;
}

/** A large file is read while it is hashed, and written as a file of its own. */
async function consumeLarge(run: ManyRun, chunk: number, hash: Hash): Promise<number> {
  const { job, scratch, pack } = run;
  const [row, next] = rowsOf(job, chunk);
  const [path = ''] = pathsOf(job, row, next);
  const size = contentSize(job, row);
  const header = scratch.subarray(0, writeHeader({ path, mode: job.modes[row] ?? 0, size }, scratch, 0));
  const padding = zeros.subarray(0, paddingOf(size));
  if (pack) {
    const position = pack.starts[chunk] ?? 0;
    writeAll(pack, header, position);
    writeAll(pack, padding, position + header.byteLength);
  }
  hash.update(header);
  const object = pack && pack.kept[row] !== 1 ? objectPath(pack.path, row) : undefined;
  const content = await hashLarge(run, hash, pieceOf(job, row, path), object);
  if (content) job.contents.set(content, row * contentHashBytes);
  hash.update(padding);
  return header.byteLength + size + padding.byteLength;
}

/** Into a file of its own, if it gets one. */
async function hashLarge(
  { job: { seed }, hasher, meter }: ManyRun,
  hash: Hash,
  piece: FilePiece,
  object: string | undefined,
): Promise<Uint8Array | undefined> {
  if (object !== undefined) return storeLargeFile({ hash, seed, meter }, piece, object);
  hasher.init();
  readPiece(piece, Buffer.allocUnsafeSlow(blockBytes), meter, (bytes) => {
    hash.update(bytes);
    hasher.update(bytes);
  });
  return hasher.digest('binary');
}

/** Bytes after which what was written is sent to the disk, so that little is left to wait for at the end. */
const syncEvery = 64 * 1024 * 1024;

function createSyncing({ pack }: ManyRun) {
  let synced = 0;
  let syncing: Promise<unknown> = Promise.resolve();
  return {
    /** So much of the pack is written. */
    written: (bytes: number) => {
      if (!pack || bytes - synced < syncEvery) return;
      synced = bytes;
      // Only the last sync decides: a failure shows there again.
      syncing = syncing.then(() => promisify(fdatasync)(pack.fd)).catch(() => undefined);
    },
    finish: async () => {
      await syncing;
      if (!pack) return;
      await promisify(fsync)(pack.fd).catch((error: unknown) => {
        throw systemError(error, 'store-failed', 'write', pack.path);
      });
    },
  };
}
