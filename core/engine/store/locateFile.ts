import { statSync } from 'node:fs';
import { fromNative } from '../files/bytePath.ts';
import { type Recipe, recipeSize } from '../layers/recipe.ts';

/**
 * The recipe of a blob that is one whole file of `size` bytes; undefined where the file is not there, or not whole.
 */
export function locateFile(path: string, size: number): Recipe | undefined {
  const found = recipeOfFile(path);
  return found && recipeSize(found) === size ? found : undefined;
}

/** The recipe of a whole file; undefined where there is none. */
export function recipeOfFile(path: string): Recipe | undefined {
  const size = statSync(path, { throwIfNoEntry: false })?.size;
  return size === undefined ? undefined : [{ kind: 'file', path: fromNative(path), offset: 0, size }];
}
