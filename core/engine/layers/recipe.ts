import type { BytePath } from '../files/bytePath.ts';
import type { Fingerprint } from '../files/fingerprint.ts';

/** The ordered pieces of one layer. Their bytes, one after the other, are the uncompressed layer. */
export type Recipe = readonly Piece[];

/** One piece of a layer: bytes, or a slice of a file. */
export type Piece = InlinePiece | FilePiece;

/** Bytes that stand in the recipe itself: tar headers and padding. */
export interface InlinePiece {
  readonly kind: 'inline';
  readonly bytes: Uint8Array;
}

/** `size` bytes of a file, from `offset`. `fingerprint` is there for files that others may change. */
export interface FilePiece {
  readonly kind: 'file';
  /** Absolute. */
  readonly path: BytePath;
  readonly offset: number;
  readonly size: number;
  readonly fingerprint?: Fingerprint;
  /** Only appended to: the file may have become larger than the fingerprint says. */
  readonly grows?: true;
  /** Written past the system's cache: to read it so as well costs less. */
  readonly direct?: true;
}

export function pieceSize(piece: Piece): number {
  return piece.kind === 'inline' ? piece.bytes.byteLength : piece.size;
}

/** Length of the layer in bytes. */
export function recipeSize(recipe: Recipe): number {
  return recipe.reduce((sum, piece) => sum + pieceSize(piece), 0);
}
