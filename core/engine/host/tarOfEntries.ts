import { joinPath } from '../files/bytePath.ts';
import { type TarSource, tarRecipe } from '../layers/tarRecipe.ts';
import type { LayerType } from './capabilities.ts';
import { originalOf } from './guardMethods.ts';
import type { PlanFile } from './nouns.ts';

/** Permission, setuid, setgid and sticky bits. */
const modeBits = 0o7777;

/**
 * The methods of a layer type that packs all entries into a tar with the bytes of `kit`. The engine knows these two, and
 * then makes such a layer of many files without an object for each.
 */
export const tarOfEntries: Pick<LayerType, 'collect' | 'recipe'> = {
  collect: (tree) => ({ files: tree.entries() }),
  recipe: ({ files }, directory) => tarRecipe(files.map((file) => sourceOf(file, directory))),
};

function sourceOf({ path, type, fingerprint, target }: PlanFile, directory: string): TarSource {
  const size = type === 'file' ? fingerprint.size : 0;
  const entry = { path, type, mode: fingerprint.mode & modeBits, size };
  if (type === 'directory') return { entry };
  return { entry, file: { kind: 'file', path: target ?? joinPath(directory, path), offset: 0, size, fingerprint } };
}

export function isTarOfEntries({ collect, recipe }: LayerType): boolean {
  return originalOf(collect) === tarOfEntries.collect && originalOf(recipe) === tarOfEntries.recipe;
}
