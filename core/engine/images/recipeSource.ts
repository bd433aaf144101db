import { KitwrightError } from '../errors/KitwrightError.ts';
import type { Recipe } from '../layers/recipe.ts';
import { fileReader } from '../store/fileReader.ts';
import type { ReadTarget } from '../store/roles.ts';

/** Gives what was made for an image, from a recipe. */
export function recipeSource(digest: string, recipe: Recipe): ReadTarget {
  return {
    name: 'the image',
    exists: async (descriptor) => descriptor.digest === digest,
    resolve: async () => undefined,
    ...fileReader((descriptor) => {
      if (descriptor.digest === digest) return recipe;
      throw new KitwrightError('internal-error', `${descriptor.digest} is not ${digest}.`);
    }),
  };
}
