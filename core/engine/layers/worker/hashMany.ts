import { type Hash, hash as hashOf } from 'node:crypto';
import { closeSync, fdatasync, fsync, openSync, writeSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';
import { threadId } from 'node:worker_threads';
import type { IHasher } from 'hash-wasm';
import { KitwrightError } from '../../errors/KitwrightError.ts';
import { systemError } from '../../errors/systemError.ts';
import { type BytePath, joinPath } from '../../files/bytePath.ts';
import { fingerprintIn } from '../../files/fingerprintColumns.ts';
import { writeHeader } from '../headerWriter.ts';
import { digestBytes, objectPath, packLimit } from '../jobs.ts';
import { createMeter, type Meter } from '../Meter.ts';
import { type ManyControl, openManyControl } from '../manyControl.ts';
import { chunkBytes, contentSize, type ManyJob, type ManyResult, type PackPlan, unitSize } from '../manyFiles.ts';
import type { FilePiece } from '../recipe.ts';
import { blockSize, paddingOf, tarEnd } from '../tarHeader.ts';
import { contentHashBytes, contentHasher } from './contentHasher.ts';
import { type FileWindow, openFileWindow } from './fileWindow.ts';
import { openLayerHash } from './openLayerHash.ts';
import { blockBytes, readInto, readPiece } from './readPiece.ts';
import { type Hashing, storeLargeFile } from './storeLargeFile.ts';
import { pauseAfter } from './throttle.ts';

/** Takes part in a layer of many files until there is nothing left to read. Throws what `hashMany` throws. */
export async function helpMany(job: ManyJob): Promise<void> {
  const run = await begin(job);
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
  const run = await begin(job);
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
  const run = await begin(job);
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

interface Run {
  readonly job: ManyJob;
  readonly control: ManyControl;
  readonly hasher: IHasher;
  readonly meter: Meter;
  readonly pack: OpenPack | undefined;
  readonly window: FileWindow;
  readonly scratch: Buffer;
}

interface OpenPack extends PackPlan {
  readonly fd: number;
}

async function begin(job: ManyJob): Promise<Run> {
  const hasher = await contentHasher(job.seed);
  return {
    job,
    control: openManyControl(job.control),
    hasher,
    meter: createMeter(job.meter),
    pack: job.pack && { ...job.pack, fd: openSync(job.pack.path, 'r+') },
    window: openFileWindow(),
    scratch: Buffer.alloc(scratchBytes),
  };
}

/** Enough for a header with a path of any length. */
const scratchBytes = 64 * 1024;

/** The others stop when one fails. */
async function guarded<T>(run: Run, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    run.control.stop('failed');
    throw error;
  } finally {
    if (run.pack) closeSync(run.pack.fd);
    run.window[Symbol.dispose]();
  }
}

/** Was something damaged found? Throws `cancelled` if another thread failed. */
function isOver({ control, meter }: Run): boolean {
  const stopped = control.stopped();
  if (stopped === 'failed' || meter.cancelled()) throw new KitwrightError('cancelled', 'Cancelled.');
  return stopped === 'damaged';
}

/** Fills chunks itself as long as this one is not there. */
function awaitChunk(run: Run, chunk: number): void {
  const { control } = run;
  while (!isOver(run) && !control.isFilled(chunk)) {
    const claimed = control.claim();
    if (typeof claimed === 'number') fillChunk(run, claimed);
    else control.waitFilled(chunk);
  }
}

/** The rows of a chunk. */
function rowsOf({ chunks }: ManyJob, chunk: number): readonly [from: number, to: number] {
  return [chunks[chunk] ?? 0, chunks[chunk + 1] ?? 0];
}

function slotOf({ ring }: ManyJob, chunk: number): Buffer {
  return Buffer.from(ring, (chunk * chunkBytes) % ring.byteLength, chunkBytes);
}

function pathsOf({ starts, pathBytes }: ManyJob, from: number, to: number): readonly BytePath[] {
  const [start, end] = [starts[from] ?? 0, (starts[to] ?? 0) - 1];
  return Buffer.from(pathBytes.buffer, pathBytes.byteOffset + start, end - start)
    .toString('latin1')
    .split('\0');
}

/** Reads a chunk into its slot; what is new of it is written into the pack from there. */
function fillChunk(run: Run, chunk: number): void {
  const { job, control } = run;
  if (contentSize(job, rowsOf(job, chunk)[0]) > packLimit) {
    control.filled(chunk);
    return;
  }
  const slot = slotOf(job, chunk);
  const whole = isKnown(job, chunk) ? readWhole(run, chunk, slot) : undefined;
  // If it is not what it was, this one finds out what is wrong.
  const length = whole ?? readRows(run, chunk, slot);
  if (length === undefined) {
    control.stop('damaged');
    return;
  }
  if (job.stored && whole === undefined) job.sums.set(sumOf(run, slot.subarray(0, length)), chunk * contentHashBytes);
  run.meter.add(length);
  pauseAfter(length);
  control.filled(chunk);
}

/** Is its content hash known, which a chunk has that the store has as a whole? */
function isKnown({ sums, digests }: ManyJob, chunk: number): boolean {
  const at = chunk * contentHashBytes;
  // Those of single files are made where each is read.
  return !digests && sums.subarray(at, at + contentHashBytes).some((byte) => byte !== 0);
}

function sumOf({ hasher }: Run, bytes: Uint8Array): Uint8Array {
  return hasher.init().update(bytes).digest('binary');
}

/** Reads a chunk from the store, a run of units with one call; undefined if it is not what was stored. */
function readWhole(run: Run, chunk: number, slot: Buffer): number | undefined {
  const { job, window } = run;
  const [from, to] = rowsOf(job, chunk);
  let at = 0;
  for (let row = from; row < to; ) {
    const [source, offset] = [job.stored?.sources[row] ?? 0, job.stored?.offsets[row] ?? 0];
    let length = 0;
    do length += unitSize(job, job, row++);
    while (row < to && job.stored?.sources[row] === source && job.stored.offsets[row] === offset + length);
    try {
      window.fill(job.stored?.paths[source] ?? '', offset, slot.subarray(at, at + length));
    } catch {
      // What was stored is shorter, or gone.
      return undefined;
    }
    at += length;
  }
  const sum = sumOf(run, slot.subarray(0, at));
  return sum.every((byte, i) => byte === job.sums[chunk * contentHashBytes + i]) ? at : undefined;
}

/** Reads the units of a chunk one by one, and writes the new ones; undefined if one is not what was stored. */
function readRows(run: Run, chunk: number, slot: Buffer): number | undefined {
  const { job } = run;
  const [from, to] = rowsOf(job, chunk);
  const writer = run.pack && createRunWriter(run.pack, slot, run.pack.starts[chunk] ?? 0);
  const paths = pathsOf(job, from, to);
  let at = 0;
  for (let row = from; row < to; row++) {
    const path = paths[row - from] ?? '';
    const isStored = (job.stored?.sources[row] ?? -1) >= 0;
    const length = isStored ? readStored(run, row, path, slot, at) : readNew(run, row, path, slot, at);
    if (length === undefined) return undefined;
    if (!isStored) writer?.add(at, length);
    at += length;
  }
  writer?.flush();
  return at;
}

/** Writes runs of new units, each with one call. */
function createRunWriter(pack: OpenPack, slot: Buffer, packAt: number) {
  let [start, length, position] = [0, 0, packAt];
  const flush = () => {
    writeAll(pack, slot.subarray(start, start + length), position);
    position += length;
    length = 0;
  };
  return {
    flush,
    add: (at: number, more: number) => {
      if (length && start + length !== at) flush();
      if (!length) start = at;
      length += more;
    },
  };
}

function writeAll({ fd, path }: OpenPack, bytes: Buffer, position: number): void {
  try {
    for (let done = 0; done < bytes.byteLength; )
      done += writeSync(fd, bytes, done, bytes.byteLength - done, position + done);
  } catch (error) {
    throw systemError(error, 'store-failed', 'write', path);
  }
}

/** Reads a unit from its file; gives its length. */
function readNew(run: Run, row: number, path: BytePath, into: Buffer, at: number): number {
  const { job, hasher } = run;
  const size = contentSize(job, row);
  const header = writeHeader({ path, mode: job.modes[row] ?? 0, size }, into, at);
  if (size === 0) return header;
  readInto(pieceOf(job, row, path), into, at + header);
  const content = into.subarray(at + header, at + header + size);
  job.contents.set(hasher.init().update(content).digest('binary'), row * contentHashBytes);
  noteDigest(job, row, content);
  const padding = paddingOf(size);
  if (padding) into.fill(0, at + header + size, at + header + size + padding);
  return header + size + padding;
}

/** At once: the bytes are still in the core's cache. */
function noteDigest({ digests }: ManyJob, row: number, content: Uint8Array): void {
  digests?.set(hashOf('sha256', content, 'buffer'), row * digestBytes);
}

function pieceOf({ directory, numbers, sizes }: ManyJob, row: number, path: BytePath): FilePiece {
  const fingerprint = fingerprintIn(numbers, row);
  return { kind: 'file', path: joinPath(directory, path), offset: 0, size: sizes[row] ?? 0, fingerprint };
}

/** Reads a unit from the store; undefined if it is not what was stored. */
function readStored(run: Run, row: number, path: BytePath, into: Buffer, at: number): number | undefined {
  const { job, window, hasher } = run;
  const size = contentSize(job, row);
  const header = writeHeader({ path, mode: job.modes[row] ?? 0, size }, into, at);
  const [start, end] = [at + header, at + header + size];
  const length = header + size + paddingOf(size);
  if (length > header + size) into.fill(0, end, at + length);
  const isBare = job.stored?.bare[row] === 1;
  const found = foundIn(job, window, row, isBare ? size : length);
  if (!found) return undefined;
  const content = isBare ? found : found.subarray(header, header + size);
  if (!isBare) {
    if (found.compare(into, at, start, 0, header) !== 0) return undefined;
    const isPadded = length > header + size;
    if (isPadded && found.compare(into, end, at + length, header + size, length) !== 0) return undefined;
  }
  if (size > 0 && !isContent(job, row, hasher.init().update(content).digest('binary'))) return undefined;
  if (size > 0) noteDigest(job, row, content);
  into.set(content, start);
  return length;
}

function isContent({ contents }: ManyJob, row: number, hash: Uint8Array): boolean {
  for (let i = 0; i < contentHashBytes; i++) if (hash[i] !== contents[row * contentHashBytes + i]) return false;
  return true;
}

const zeros = Buffer.alloc(blockSize);

function foundIn({ stored }: ManyJob, window: FileWindow, row: number, length: number): Buffer | undefined {
  try {
    return window.read(stored?.paths[stored.sources[row] ?? 0] ?? '', stored?.offsets[row] ?? 0, length);
  } catch {
    // What was stored is shorter, or gone.
    return undefined;
  }
}

/** Hashes a chunk that is filled; gives its length. */
async function consume(run: Run, chunk: number, hash: Hash): Promise<number> {
  const { job } = run;
  const [from, to] = rowsOf(job, chunk);
  if (contentSize(job, from) > packLimit) return consumeLarge(run, chunk, hash);
  let length = 0;
  for (let row = from; row < to; row++) length += unitSize(job, job, row);
  hash.update(slotOf(job, chunk).subarray(0, length));
  return length;
}

/** A large file is read while it is hashed, and written as a file of its own. */
async function consumeLarge(run: Run, chunk: number, hash: Hash): Promise<number> {
  const { job, hasher, scratch, pack } = run;
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
  const content = await hashLarge({ ...run, hash, hasher }, pieceOf(job, row, path), object);
  if (content) job.contents.set(content, row * contentHashBytes);
  hash.update(padding);
  return header.byteLength + size + padding.byteLength;
}

/** Into a file of its own, if it gets one. */
async function hashLarge(
  hashing: Hashing,
  piece: FilePiece,
  object: string | undefined,
): Promise<Uint8Array | undefined> {
  if (object !== undefined) return storeLargeFile(hashing, piece, object);
  const { hash, hasher, meter } = hashing;
  hasher?.init();
  readPiece(piece, Buffer.allocUnsafeSlow(blockBytes), meter, (bytes) => {
    hash.update(bytes);
    hasher?.update(bytes);
  });
  return hasher?.digest('binary');
}

/** Bytes after which what was written is sent to the disk, so that little is left to wait for at the end. */
const syncEvery = 64 * 1024 * 1024;

function createSyncing({ pack }: Run) {
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
