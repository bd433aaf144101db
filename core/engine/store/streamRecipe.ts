import { createHash } from 'node:crypto';
import { createMeter } from '../layers/Meter.ts';
import { pieceSize, type Recipe } from '../layers/recipe.ts';
import { createRecipeReader } from '../layers/recipeReader.ts';
import { blockBytes, blocksOfFile, readInto } from '../layers/worker/readPiece.ts';
import type { Digest } from '../oci/digest.ts';
import type { ByteRange, ByteStream } from './roles.ts';

/** The bytes of a layer, or a part of them, one block after the other, from wherever its pieces are. */
export async function* streamRecipe(recipe: Recipe, range?: ByteRange): ByteStream {
  const meter = createMeter();
  for (const piece of range ? partOf(recipe, range) : recipe) {
    if (piece.kind === 'inline') yield piece.bytes;
    else yield* blocksOfFile(piece, meter);
  }
}

function partOf(recipe: Recipe, { start, end }: ByteRange): Recipe {
  using reader = createRecipeReader(recipe);
  return reader.slice(start, end - start);
}

/** The SHA-256 of a recipe, computed in this thread: for short ones, or where no pool is. */
export async function digestOfRecipe(recipe: Recipe): Promise<Digest> {
  const hash = createHash('sha256');
  for await (const bytes of streamRecipe(recipe)) hash.update(bytes);
  return `sha256:${hash.digest('hex')}`;
}

/**
 * Bytes of a block whose memory is used again: a shorter one may be waiting in a socket's queue when the next is asked
 * for.
 */
const lentBytes = 128 * 1024;

/**
 * The same bytes in long blocks, small pieces together, for a receiver that is done with a long block before it asks
 * for the next: their memory is used again. Less than half of the time of a stream of fresh blocks goes into it.
 */
export async function* borrowRecipe(recipe: Recipe, range?: ByteRange): ByteStream {
  const meter = createMeter();
  const lend = createLoans();
  const small = Buffer.allocUnsafeSlow(blockBytes);
  let used = 0;
  const gathered = (): Buffer => {
    const block = lend(used);
    small.copy(block, 0, 0, used);
    const bytes = block.subarray(0, used);
    used = 0;
    return bytes;
  };
  for (const piece of range ? partOf(recipe, range) : recipe) {
    const size = pieceSize(piece);
    const isLong = size >= lentBytes;
    if (used && (isLong || used + size > small.byteLength)) yield gathered();
    if (isLong) {
      if (piece.kind === 'inline') yield piece.bytes;
      else yield* blocksOfFile(piece, meter, lend);
      continue;
    }
    if (piece.kind === 'inline') small.set(piece.bytes, used);
    else readInto(piece, small, used);
    used += size;
  }
  if (used) yield gathered();
}

/** Two buffers by turns; fresh memory for what is short. */
function createLoans() {
  const buffers = [Buffer.allocUnsafeSlow(blockBytes), Buffer.allocUnsafeSlow(blockBytes)] as const;
  let turn = 0;
  return (length: number): Buffer =>
    length < lentBytes ? Buffer.allocUnsafeSlow(length) : buffers[turn++ % 2 === 0 ? 0 : 1];
}
