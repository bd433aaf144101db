import { statSync } from 'node:fs';
import { fromNative } from '../files/bytePath.ts';
import type { Recipe } from '../layers/recipe.ts';

/**
 * The recipe of a content that is one whole file of `size` bytes; undefined where the file is not there, or not whole.
 */
export function locateFile(path: string, size: number): Recipe | undefined {
  return statSync(path, { throwIfNoEntry: false })?.size === size
    ? [{ kind: 'file', path: fromNative(path), offset: 0, size }]
    : undefined;
}
