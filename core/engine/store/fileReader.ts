import type { Recipe } from '../layers/recipe.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { readRecipe } from './readRecipe.ts';
import type { Fetcher, Reader } from './roles.ts';
import { fetchFrom } from './streamOf.ts';

/** How a target reads whose bytes lie in files. `recipeOf` says where, and throws `kit-not-found`. */
export function fileReader(recipeOf: (descriptor: Descriptor) => Recipe): Reader & Fetcher {
  const read: Reader['read'] = async (descriptor, range, take) => readRecipe(recipeOf(descriptor), range, take);
  return { read, fetch: fetchFrom(read) };
}
