import type { FilePiece, Piece, Recipe } from './recipe.ts';
import { createBlocks, paddingOf, type TarEntry, tarEnd, tarHeader } from './tarHeader.ts';

/** An entry, with the file that holds its content where it is one. */
export interface TarSource {
  readonly entry: TarEntry;
  readonly file?: FilePiece;
}

/** The recipe of an uncompressed tar layer. Headers and paddings between two files become one inline piece. */
export function tarRecipe(sources: Iterable<TarSource>): Recipe {
  const pieces: Piece[] = [];
  const newBlock = createBlocks();
  let inline: Buffer[] = [];
  const flush = () => {
    const bytes = inline.length === 1 ? inline[0] : Buffer.concat(inline);
    if (bytes?.byteLength) pieces.push({ kind: 'inline', bytes });
    inline = [];
  };
  for (const { entry, file } of sources) {
    inline.push(tarHeader(entry, newBlock));
    if (!file || file.size === 0) continue;
    flush();
    pieces.push(file);
    const padding = paddingOf(file.size);
    if (padding) inline.push(Buffer.alloc(padding));
  }
  inline.push(tarEnd());
  flush();
  return pieces;
}
