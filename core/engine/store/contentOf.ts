import type { Recipe } from '../layers/recipe.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { type ByteRange, type Content, canBorrow, canPour, type ReadTarget } from './roles.ts';
import { borrowRecipe, streamRecipe } from './streamRecipe.ts';

/** The content of a descriptor at a target, with what the target can do beyond streaming it. */
export function contentOf(descriptor: Descriptor, source: ReadTarget): Content {
  return Object.assign(
    (range?: ByteRange) => source.fetch(descriptor, range),
    canPour(source)
      ? ({ pour: (range, take) => source.pour(descriptor, range, take) } satisfies Pick<Content, 'pour'>)
      : {},
    canBorrow(source)
      ? ({ borrow: (range) => source.borrow(descriptor, range) } satisfies Pick<Content, 'borrow'>)
      : {},
  );
}

/** The content of a recipe. */
export function contentOfRecipe(recipe: Recipe): Content {
  return Object.assign((range?: ByteRange) => streamRecipe(recipe, range), {
    borrow: (range: ByteRange) => borrowRecipe(recipe, range),
  });
}
