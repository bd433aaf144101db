import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { createMeter } from '../layers/Meter.ts';
import { type FilePiece, pieceSize, type Recipe, recipeSize } from '../layers/recipe.ts';
import { createRecipeReader } from '../layers/recipeReader.ts';
import { blocksOfFile, readInto } from '../layers/worker/readPiece.ts';
import type { Digest } from '../oci/digest.ts';
import type { ByteRange, TakeBlock } from './roles.ts';

/** Bytes after which others get their turn: files are read without waiting for a thread. */
const turnBytes = 8 * 1024 * 1024;

/** Reads a part of a layer from wherever its pieces are; while a block is being taken, the next one is read. */
export async function readRecipe(recipe: Recipe, range: ByteRange, take: TakeBlock): Promise<void> {
  const small = smallFile(recipe);
  if (small) {
    const bytes = Buffer.allocUnsafeSlow(small.size);
    readInto(small, bytes, 0);
    await take(bytes.subarray(range.start, range.end));
    return;
  }
  let taken: ReturnType<TakeBlock> = Promise.resolve();
  let left = turnBytes;
  try {
    for (const bytes of blocksOf(partOf(recipe, range))) {
      await taken;
      if (left <= 0) await setImmediate();
      left = (left > 0 ? left : turnBytes) - bytes.byteLength;
      taken = take(bytes);
    }
  } finally {
    await taken;
  }
}

/** A manifest or a config: hundreds are read for a list of kits. */
function smallFile([piece, ...others]: Recipe): FilePiece | undefined {
  return piece?.kind === 'file' && !others.length && piece.size < longBytes ? piece : undefined;
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
