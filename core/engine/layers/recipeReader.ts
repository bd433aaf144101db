import { closeSync, openSync, readSync } from 'node:fs';
import { KitwrightError } from '../errors/KitwrightError.ts';
import { fsPath } from '../files/bytePath.ts';
import { displayPath } from '../files/displayPath.ts';
import { readOnly } from '../files/readPlainFile.ts';
import { type FilePiece, type Piece, pieceSize, type Recipe } from './recipe.ts';
import type { ReadAt } from './tarIndex.ts';

/** Random access to the bytes of a layer, wherever they are. */
export interface RecipeReader extends Disposable {
  readonly size: number;
  readonly readAt: ReadAt;
  /** The pieces that make up a range; the first and last are cut to it. */
  readonly slice: (offset: number, size: number) => Recipe;
}

export function createRecipeReader(recipe: Recipe): RecipeReader {
  const starts = new Float64Array(recipe.length + 1);
  recipe.forEach((piece, i) => {
    starts[i + 1] = (starts[i] ?? 0) + pieceSize(piece);
  });
  const total = starts[recipe.length] ?? 0;
  let last: { readonly path: string; readonly fd: number } | undefined;
  const fdOf = ({ path }: FilePiece): number => {
    if (last?.path === path) return last.fd;
    if (last) closeSync(last.fd);
    last = undefined;
    last = { path, fd: openSync(fsPath(path), readOnly) };
    return last.fd;
  };
  const indexAt = (offset: number): number => {
    let [low, high] = [0, recipe.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low;
  };
  const slice = (offset: number, size: number): Recipe => {
    const pieces: Piece[] = [];
    let at = offset;
    for (let i = indexAt(offset); at < offset + size && i < recipe.length; i++) {
      const piece = recipe[i] as Piece;
      const from = at - (starts[i] ?? 0);
      const length = Math.min(pieceSize(piece) - from, offset + size - at);
      if (length > 0) pieces.push(cut(piece, from, length));
      at += Math.max(length, 0);
    }
    return pieces;
  };
  const readFile = (piece: FilePiece): Uint8Array => {
    const bytes = Buffer.alloc(piece.size);
    if (readSync(fdOf(piece), bytes, 0, piece.size, piece.offset) < piece.size) {
      throw new KitwrightError('kit-malformed', `${displayPath(piece.path)} is shorter than the layer that it holds.`);
    }
    return bytes;
  };
  return {
    size: total,
    slice,
    readAt: (offset, length) => {
      const parts = slice(offset, length).map((piece) => (piece.kind === 'inline' ? piece.bytes : readFile(piece)));
      return parts.length === 1 ? (parts[0] as Uint8Array) : Buffer.concat(parts);
    },
    [Symbol.dispose]: () => {
      if (last) closeSync(last.fd);
      last = undefined;
    },
  };
}

function cut(piece: Piece, from: number, size: number): Piece {
  return piece.kind === 'inline'
    ? { kind: 'inline', bytes: piece.bytes.subarray(from, from + size) }
    : { ...piece, offset: piece.offset + from, size };
}
