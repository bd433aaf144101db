import { type Hash, hash as hashOf } from 'node:crypto';
import { rmSync } from 'node:fs';
import type { IHasher } from 'hash-wasm';
import { KitwrightError } from '../../errors/KitwrightError.ts';
import { passingBytes } from '../../files/passingBytes.ts';
import { decodeRecipe, digestBytes, type HashJob, type HashResult, objectPath, packLimit, type Seed } from '../jobs.ts';
import { createMeter, type Meter } from '../Meter.ts';
import { type FilePiece, type Piece, pieceSize, recipeSize } from '../recipe.ts';
import { contentHashBytes, contentHasher, lendHasher } from './contentHasher.ts';
import { collectStates, remember, startOf } from './midstates.ts';
import { openPackFile, type PackFile } from './openPackFile.ts';
import { openPackMemory } from './openPackMemory.ts';
import { blockBytes, blocksOfFile, readInto } from './readPiece.ts';
import { storeLargeFile, type Turn } from './storeLargeFile.ts';
import { pauseAfter } from './throttle.ts';

/**
 * SHA-256 of a layer from its recipe, the content hash of each file beside it, small contents into a pack file.
 * Goes on from a midstate where the beginning is the same as last time. `turn` is waited for every few MiB, in a thread that
 * has other work too. Throws `content-changed`, `file-unreadable`,
 * `disk-full`, `cancelled`.
 */
export async function hashRecipe(job: HashJob, turn?: Turn): Promise<Omit<HashResult, 'thread'>> {
  const pieces = decodeRecipe(job.recipe);
  const start = startOf(job.midstates, pieces, job.known);
  const collected = job.midstates === undefined ? undefined : collectStates(pieces, start);
  const memory = job.pack?.inMemory ? openPackMemory() : undefined;
  const pack = memory ?? (job.pack?.wanted.includes(1) ? await openPackFile(job.pack.path) : undefined);
  const run: Run = {
    hash: start.hash,
    seed: job.seed,
    hasher: job.seed && (await contentHasher(job.seed)),
    contentLimit: job.contentLimit ?? Number.POSITIVE_INFINITY,
    batch: { buffer: newBatch(), used: 0, packFrom: -1 },
    block: once(() => Buffer.allocUnsafeSlow(blockBytes)),
    pack,
    packed: new Float64Array(passingBytes(pieces.length * 8).buffer, 0, pieces.length).fill(-1),
    contents: passingBytes(pieces.length * contentHashBytes),
    meter: createMeter(job.meter),
    waiting: [],
    digested: job.digested,
    digests: job.digested && passingBytes(pieces.length * digestBytes),
    turn,
  };
  if (start.contents) run.contents.set(start.contents.subarray(0, start.index * contentHashBytes));
  run.meter.add(start.bytes);
  try {
    let bytes = start.bytes;
    for (let index = start.index; index < pieces.length; index++) {
      if ((index & 255) === 0) {
        if (run.meter.cancelled()) throw new KitwrightError('cancelled', 'Cancelled.');
        await pack?.settled();
      }
      if (collected?.isDue(index)) {
        flush(run);
        collected.note(index, bytes, run.hash);
      }
      const piece = pieces[index] as Piece;
      if (job.pack?.wanted[index] === 2 && piece.kind === 'file')
        await storeObject(run, index, piece, objectPath(job.pack.path, index));
      else await addPiece(run, index, piece, job.pack?.wanted[index] === 1);
      bytes += pieceSize(piece);
    }
    flush(run);
    spareBatches.push(run.batch.buffer);
    await pack?.finish();
  } catch (error) {
    await pack?.discard();
    discardObjects(job, run.packed);
    throw error;
  }
  const digest = `sha256:${run.hash.digest('hex')}`;
  if (job.midstates !== undefined && collected) {
    remember(job.midstates, { pieces, contents: run.contents.slice(), states: collected.states });
  }
  const size = recipeSize(pieces);
  const hashed = size - start.bytes;
  return {
    digest,
    size,
    contents: run.contents,
    packed: run.packed,
    hashed,
    ...(memory ? { pack: memory.bytes() } : {}),
    ...(run.digests ? { digests: run.digests } : {}),
  };
}

interface Run {
  readonly hash: Hash;
  readonly seed: Seed | undefined;
  readonly hasher: IHasher | undefined;
  readonly contentLimit: number;
  readonly batch: Batch;
  /** For files that are read in blocks. */
  readonly block: () => Buffer;
  readonly pack: PackFile | undefined;
  readonly packed: Float64Array;
  readonly contents: Uint8Array;
  readonly meter: Meter;
  readonly waiting: { readonly index: number; readonly at: number }[];
  readonly digested: Uint8Array | undefined;
  readonly digests: Uint8Array | undefined;
  readonly turn: Turn | undefined;
}

/** Bytes of a large file after which other work gets its turn: a millisecond's. */
const turnEvery = 2 * 1024 * 1024;

/** Gathers small pieces, so that SHA-256 and the pack file see long runs instead of many short ones. */
interface Batch {
  buffer: Buffer;
  used: number;
  /** Where the run of bytes that goes into the pack starts in the buffer; -1 = none. */
  packFrom: number;
}

/**
 * Buffers that were written out and can be filled again: fresh ones for each would stay with this thread long after the
 * build.
 */
const spareBatches: Buffer[] = [];

const batchBytes = 512 * 1024;

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

function newBatch(): Buffer {
  return spareBatches.pop() ?? Buffer.allocUnsafeSlow(batchBytes);
}

function flush(run: Run): void {
  const { batch } = run;
  const bytes = batch.buffer.subarray(0, batch.used);
  run.hash.update(bytes);
  if (run.pack && batch.packFrom >= 0) {
    // The bytes are being written now, so they may not be filled again before that is done.
    const { buffer } = batch;
    const base = run.pack.append(bytes.subarray(batch.packFrom), () => spareBatches.push(buffer)) - batch.packFrom;
    for (const { index, at } of run.waiting) run.packed[index] = base + at;
    batch.buffer = newBatch();
  }
  run.meter.add(batch.used);
  pauseAfter(batch.used);
  run.waiting.length = 0;
  batch.used = 0;
  batch.packFrom = -1;
}

async function storeObject(run: Run, index: number, piece: FilePiece, path: string): Promise<void> {
  flush(run);
  const content = await storeLargeFile(run, piece, path);
  if (content) run.contents.set(content, index * contentHashBytes);
  run.packed[index] = 0;
}

function addPiece(run: Run, index: number, piece: Piece, pack: boolean): Promise<void> | undefined {
  if (piece.kind === 'file' && piece.size > packLimit) return addLargeFile(run, index, piece);
  if (piece.kind === 'inline') addInline(run, piece.bytes);
  else addSmallFile(run, index, piece, pack);
  return undefined;
}

function addInline(run: Run, bytes: Uint8Array): void {
  if (bytes.byteLength > packLimit) {
    flush(run);
    run.hash.update(bytes);
    run.meter.add(bytes.byteLength);
    return;
  }
  // Reserve first: a flush may put another buffer in place.
  const at = reserve(run, bytes.byteLength);
  run.batch.buffer.set(bytes, at);
}

function reserve(run: Run, size: number): number {
  if (run.batch.used + size > run.batch.buffer.byteLength) flush(run);
  const at = run.batch.used;
  run.batch.used += size;
  return at;
}

function addSmallFile(run: Run, index: number, piece: FilePiece, pack: boolean): void {
  const at = reserve(run, piece.size);
  readInto(piece, run.batch.buffer, at);
  const bytes = run.batch.buffer.subarray(at, at + piece.size);
  noteContent(run, index, bytes);
  // At once: the bytes are still in the core's cache.
  if (run.digested?.[index]) run.digests?.set(hashOf('sha256', bytes, 'buffer'), index * digestBytes);
  if (!pack) return;
  if (run.batch.packFrom < 0) run.batch.packFrom = at;
  run.waiting.push({ index, at });
}

function noteContent(run: Run, index: number, bytes: Uint8Array): void {
  if (run.hasher) run.contents.set(run.hasher.init().update(bytes).digest('binary'), index * contentHashBytes);
}

async function addLargeFile(run: Run, index: number, piece: FilePiece): Promise<void> {
  flush(run);
  using lent = run.seed && piece.size <= run.contentLimit ? await lendHasher(run.seed) : undefined;
  const hasher = lent?.hasher.init();
  const block = run.block();
  let since = 0;
  for (const bytes of blocksOfFile(piece, run.meter, () => block)) {
    run.hash.update(bytes);
    hasher?.update(bytes);
    since += bytes.byteLength;
    if (!run.turn || since < turnEvery) continue;
    since = 0;
    await run.turn();
  }
  if (hasher) run.contents.set(hasher.digest('binary'), index * contentHashBytes);
}

function discardObjects({ pack }: HashJob, packed: Float64Array): void {
  pack?.wanted.forEach((wanted, index) => {
    if (wanted === 2 && packed[index] === 0) rmSync(objectPath(pack.path, index), { force: true });
  });
}
