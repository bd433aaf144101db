import { existsSync, readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { kitNamesInStorage, olderKitNames } from './kitIndexes.ts';
import { type KitStore, kitStore } from './kitStore.ts';

/**
 * Opens `kit`'s storage folder (facts: KitOps 1.15, on-disk layout), and below it the layouts of older versions of
 * `kit`, one for each repository, which `kit` turns into its present one when it next runs.
 */
export function openKitStores(storage: string): readonly KitStore[] {
  const isPresent = existsSync(join(storage, 'oci-layout')) || existsSync(join(storage, indexFile));
  const older = olderLayouts(storage).map((folder) => {
    const repository = relative(storage, folder).split(sep).join('/');
    return kitStore(folder, () => olderKitNames(join(folder, indexFile), repository));
  });
  return [...(isPresent ? [kitStore(storage, () => kitNamesInStorage(storage))] : []), ...older];
}

const indexFile = 'index.json';

/** Folders of a storage that hold no repositories. */
const ownFolders: ReadonlySet<string> = new Set(['blobs', 'ingest']);

/** More parts than a name has: a storage is searched no deeper. */
const deepest = 16;

/** The folders below that have an index of their own. Links are not followed. */
function olderLayouts(folder: string, depth = 0): readonly string[] {
  if (depth === deepest) return [];
  return foldersIn(folder).flatMap((name) => {
    const below = join(folder, name);
    return [...(existsSync(join(below, indexFile)) ? [below] : []), ...olderLayouts(below, depth + 1)];
  });
}

/** What may not be read has nothing for us. */
function foldersIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !ownFolders.has(entry.name))
      .map(({ name }) => name);
  } catch {
    return [];
  }
}
