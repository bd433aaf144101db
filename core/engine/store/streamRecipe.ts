import { createMeter } from '../layers/Meter.ts';
import type { Recipe } from '../layers/recipe.ts';
import { blocksOfFile } from '../layers/worker/readPiece.ts';
import type { ByteStream } from './roles.ts';

/** The bytes of a layer, one block after the other, from wherever its pieces are. */
export async function* streamRecipe(recipe: Recipe): ByteStream {
  const meter = createMeter();
  for (const piece of recipe) {
    if (piece.kind === 'inline') yield piece.bytes;
    else yield* blocksOfFile(piece, meter);
  }
}
