import type { Recipe } from '../layers/recipe.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { readRecipe } from './readRecipe.ts';
import { type ByteRange, type Content, canRead, type ReadTarget } from './roles.ts';

/** The content of a descriptor at a target: as the target reads it, else from the streams that it fetches. */
export function contentOf(descriptor: Descriptor, source: ReadTarget): Content {
  if (canRead(source)) return { read: (range, take) => source.read(descriptor, range, take) };
  return {
    read: async (range, take) => {
      const stream = isWhole(range, descriptor) ? source.fetch(descriptor) : source.fetch(descriptor, range);
      for await (const bytes of stream) await take(bytes);
    },
  };
}

/** A source that gives no parts gives at least the whole. */
function isWhole({ start, end }: ByteRange, { size }: Descriptor): boolean {
  return start === 0 && end === size;
}

/** The content of a recipe. */
export function contentOfRecipe(recipe: Recipe): Content {
  return { read: (range, take) => readRecipe(recipe, range, take) };
}

/** The content of bytes in memory. */
export function contentOfBytes(bytes: Uint8Array): Content {
  return { read: async ({ start, end }, take) => await take(bytes.subarray(start, end)) };
}
