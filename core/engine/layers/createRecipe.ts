import type { Piece, Recipe } from './recipe.ts';

export interface RecipeBuilder {
  /** Adds bytes; what comes between two pieces of files becomes one piece. */
  readonly addBytes: (bytes: Uint8Array) => void;
  readonly addPieces: (pieces: Iterable<Piece>) => void;
  readonly recipe: () => Recipe;
}

export function createRecipe(): RecipeBuilder {
  const pieces: Piece[] = [];
  let inline: Uint8Array[] = [];
  const flush = () => {
    const bytes = inline.length === 1 ? inline[0] : Buffer.concat(inline);
    if (bytes?.byteLength) pieces.push({ kind: 'inline', bytes });
    inline = [];
  };
  return {
    addBytes: (bytes) => void inline.push(bytes),
    addPieces: (added) => {
      flush();
      for (const piece of added) pieces.push(piece);
    },
    recipe: () => {
      flush();
      return pieces;
    },
  };
}
