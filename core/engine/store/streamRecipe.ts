import { createMeter } from '../layers/Meter.ts';
import type { Recipe } from '../layers/recipe.ts';
import { createRecipeReader } from '../layers/recipeReader.ts';
import { blocksOfFile } from '../layers/worker/readPiece.ts';
import type { ByteRange, ByteStream } from './roles.ts';

const partOf = (recipe: Recipe, { start, end }: ByteRange): Recipe => {
  using reader = createRecipeReader(recipe);
  return reader.slice(start, end - start);
};

/** The bytes of a layer, or a part of them, one block after the other, from wherever its pieces are. */
export async function* streamRecipe(recipe: Recipe, range?: ByteRange): ByteStream {
  const meter = createMeter();
  for (const piece of range ? partOf(recipe, range) : recipe) {
    if (piece.kind === 'inline') yield piece.bytes;
    else yield* blocksOfFile(piece, meter);
  }
}
