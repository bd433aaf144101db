import type { BytePath } from '../files/bytePath.ts';
import { parentOf } from '../files/bytePath.ts';
import { createRecipe } from '../layers/createRecipe.ts';
import type { Recipe } from '../layers/recipe.ts';
import { recipeSize } from '../layers/recipe.ts';
import { createBlocks, paddingOf, tarEnd, tarHeader, tarLink } from '../layers/tarHeader.ts';

/** What stands in a layer of an image; `path` has no slash at its beginning. */
export type ImageEntry = FileEntry | DirectoryEntry | LinkEntry;

interface FileEntry {
  readonly type: 'file';
  readonly path: BytePath;
  readonly mode: number;
  readonly content: Recipe;
}

interface DirectoryEntry {
  readonly type: 'directory';
  readonly path: BytePath;
  readonly mode: number;
}

interface LinkEntry {
  readonly type: 'link';
  readonly path: BytePath;
  readonly target: BytePath;
}

/**
 * A layer of an image as a recipe: no tar is written. All of it belongs to root and has no times, so the same files give
 * the same bytes. Directories that are only in the path of an entry come before it, as far as they are `folder` or below:
 * what lies above may be a link in the base, or have other modes, and stays as it is.
 */
export function imageTar(entries: Iterable<ImageEntry>, folder: BytePath = ''): Recipe {
  const { addBytes, addPieces, recipe } = createRecipe();
  const newBlock = createBlocks();
  for (const entry of withParents(entries, folder)) {
    if (entry.type === 'link') {
      addBytes(tarLink(entry.path, entry.target));
      continue;
    }
    const { path, type, mode } = entry;
    const size = entry.type === 'file' ? recipeSize(entry.content) : 0;
    addBytes(tarHeader({ path, type, mode, size, uid: 0 }, newBlock));
    if (entry.type === 'directory' || size === 0) continue;
    addPieces(entry.content);
    addBytes(Buffer.alloc(paddingOf(size)));
  }
  addBytes(tarEnd());
  return recipe();
}

function* withParents(entries: Iterable<ImageEntry>, folder: BytePath): Generator<ImageEntry> {
  const isOurs = (path: BytePath) => folder === '' || path === folder || path.startsWith(`${folder}/`);
  const known = new Set<BytePath>();
  for (const entry of entries) {
    const missing: BytePath[] = [];
    // What is above a known directory is known too, or not ours.
    for (let path = parentOf(entry.path); path !== '' && isOurs(path) && !known.has(path); path = parentOf(path))
      missing.push(path);
    for (const path of missing.toReversed()) {
      known.add(path);
      yield { type: 'directory', path, mode: 0o755 };
    }
    if (entry.type === 'directory' && known.has(entry.path)) continue;
    known.add(entry.path);
    yield entry;
  }
}
