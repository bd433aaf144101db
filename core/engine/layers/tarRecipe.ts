import { createRecipe } from './createRecipe.ts';
import type { FilePiece, Recipe } from './recipe.ts';
import { createBlocks, paddingOf, type TarEntry, tarEnd, tarHeader } from './tarHeader.ts';

/** An entry, with the file that holds its content where it is one. */
export interface TarSource {
  readonly entry: TarEntry;
  readonly file?: FilePiece;
}

/** The recipe of an uncompressed tar layer. Headers and paddings between two files become one inline piece. */
export function tarRecipe(sources: Iterable<TarSource>): Recipe {
  const { addBytes, addPieces, recipe } = createRecipe();
  const newBlock = createBlocks();
  for (const { entry, file } of sources) {
    addBytes(tarHeader(entry, newBlock));
    if (!file || file.size === 0) continue;
    addPieces([file]);
    const padding = paddingOf(file.size);
    if (padding) addBytes(Buffer.alloc(padding));
  }
  addBytes(tarEnd());
  return recipe();
}
