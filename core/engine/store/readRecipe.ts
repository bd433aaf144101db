import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { createMeter } from '../layers/Meter.ts';
import { type FilePiece, type Piece, pieceSize, type Recipe, recipeSize } from '../layers/recipe.ts';
import { createRecipeReader } from '../layers/recipeReader.ts';
import { directFrom } from '../layers/worker/openDirect.ts';
import { blocksOfFile, readInto } from '../layers/worker/readPiece.ts';
import type { Digest } from '../oci/digest.ts';
import { readDirect } from './readDirect.ts';
import type { ByteRange, TakeBlock } from './roles.ts';

/** Bytes after which others get their turn: files are read without waiting for a thread. */
const turnBytes = 8 * 1024 * 1024;

/** Reads a part of a layer from wherever its pieces are; while a block is being taken, the next one is read. */
export async function readRecipe(recipe: Recipe, range: ByteRange, take: TakeBlock): Promise<void> {
  const [only] = recipe;
  if (recipe.length === 1 && only?.kind === 'file' && only.size < longBytes) return readShort(only, range, take);
  for (const run of runsOf(partOf(recipe, range))) {
    const [piece] = run;
    const done = isDirect(piece) ? await readDirect(piece, take) : 0;
    await readRun(isDirect(piece) ? rest(piece, done) : run, take);
  }
}

/** Most files of a store are manifests and configs: what follows would take longer than to read one. */
async function readShort(file: FilePiece, { start, end }: ByteRange, take: TakeBlock): Promise<void> {
  const size = Math.min(end, file.size) - start;
  if (size <= 0) return;
  const bytes = Buffer.allocUnsafe(size);
  readInto({ ...file, offset: file.offset + start, size }, bytes, 0);
  await take(bytes);
}

/** Pieces that follow each other; one that is read past the system's cache is alone. */
function runsOf(recipe: Recipe): readonly Recipe[] {
  const runs: Piece[][] = [];
  for (const piece of recipe) {
    const last = runs.at(-1);
    if (!last || isDirect(piece) || isDirect(last[0])) runs.push([piece]);
    else last.push(piece);
  }
  return runs;
}

function isDirect(piece: Piece | undefined): piece is FilePiece {
  return piece?.kind === 'file' && piece.direct === true && piece.size >= directFrom;
}

function rest({ direct: _, ...piece }: FilePiece, done: number): Recipe {
  return done < piece.size ? [{ ...piece, offset: piece.offset + done, size: piece.size - done }] : [];
}

async function readRun(recipe: Recipe, take: TakeBlock): Promise<void> {
  let taken: ReturnType<TakeBlock> = Promise.resolve();
  let left = turnBytes;
  try {
    for (const bytes of blocksOf(recipe)) {
      await taken;
      if (left <= 0) await setImmediate();
      left = (left > 0 ? left : turnBytes) - bytes.byteLength;
      taken = take(bytes);
    }
  } finally {
    await taken;
  }
}

function partOf(recipe: Recipe, { start, end }: ByteRange): Recipe {
  using reader = createRecipeReader(recipe);
  return reader.slice(start, end - start);
}

/** Bytes of a block: whoever sends one has less to do than with two of half the size. */
const longestBlock = 512 * 1024;

/** Pieces of fewer bytes are put together in one block. */
const longBytes = 128 * 1024;

/** Long blocks: a large piece has its own, small ones share them. Each may be in use until the one after the next. */
function* blocksOf(recipe: Recipe): Generator<Uint8Array> {
  const meter = createMeter();
  const nextBuffer = twoBuffers(Math.min(longestBlock, recipeSize(recipe)));
  let shared: Buffer | undefined;
  let used = 0;
  for (const piece of recipe) {
    const size = pieceSize(piece);
    const isLong = size >= longBytes;
    if (shared && (isLong || used + size > shared.byteLength)) {
      yield shared.subarray(0, used);
      shared = undefined;
    }
    if (isLong) {
      if (piece.kind === 'inline') yield piece.bytes;
      else yield* blocksOfFile(piece, meter, nextBuffer, longestBlock);
      continue;
    }
    if (!shared) [shared, used] = [nextBuffer(), 0];
    if (piece.kind === 'inline') shared.set(piece.bytes, used);
    else readInto(piece, shared, used);
    used += size;
  }
  if (shared) yield shared.subarray(0, used);
}

/** Two buffers by turns: while one is being taken, the other is filled. */
function twoBuffers(bytes: number): () => Buffer {
  const buffers: Buffer[] = [];
  let turn = 0;
  return () => {
    turn = 1 - turn;
    buffers[turn] ??= Buffer.allocUnsafeSlow(bytes);
    return buffers[turn] as Buffer;
  };
}

/** The SHA-256 of a recipe, computed in this thread: for short ones, or where no pool is. */
export async function digestOfRecipe(recipe: Recipe): Promise<Digest> {
  const hash = createHash('sha256');
  await readRecipe(recipe, { start: 0, end: recipeSize(recipe) }, (bytes) => void hash.update(bytes));
  return `sha256:${hash.digest('hex')}`;
}
