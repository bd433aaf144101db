import { createHash, type Hash } from 'node:crypto';
import type { Piece } from '../recipe.ts';
import { contentHashBytes } from './contentHasher.ts';

export interface Start {
  readonly index: number;
  readonly bytes: number;
  readonly hash: Hash;
  /** States before `index`, still valid. */
  readonly states: readonly Midstate[];
  readonly contents: Uint8Array | undefined;
}

/** A SHA-256 in the middle of a stream, before piece `index`. */
interface Midstate {
  readonly index: number;
  readonly bytes: number;
  readonly hash: Hash;
}

interface Remembered {
  readonly pieces: readonly Piece[];
  readonly contents: Uint8Array;
  readonly states: readonly Midstate[];
}

const remembered = new Map<string, Remembered>();

/** The latest state before the first piece that differs from the last time this layer was hashed here. */
export function startOf(name: string | undefined, pieces: readonly Piece[], known: Uint8Array | undefined): Start {
  const old = name === undefined || !known ? undefined : remembered.get(name);
  const prefix = old && known ? equalPrefix(old, pieces, known) : 0;
  const states = old ? old.states.filter(({ index }) => index <= prefix) : [];
  const last = states.at(-1);
  if (!last || !old) return { index: 0, bytes: 0, hash: createHash('sha256'), states: [], contents: undefined };
  return { index: last.index, bytes: last.bytes, hash: last.hash.copy(), states, contents: old.contents };
}

function equalPrefix(old: Remembered, pieces: readonly Piece[], known: Uint8Array): number {
  let i = 0;
  while (i < pieces.length && samePiece(old.pieces[i], pieces[i])) {
    if (pieces[i]?.kind === 'file' && !sameContent(old.contents, known, i)) break;
    i++;
  }
  return i;
}

function samePiece(a: Piece | undefined, b: Piece | undefined): boolean {
  if (!a || !b) return false;
  if (a.kind === 'inline') return b.kind === 'inline' && sameBytes(a.bytes, b.bytes);
  return b.kind === 'file' && a.path === b.path && a.size === b.size;
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

/** Is the content hash of piece `i` known, and what it was? All zero = unknown. */
function sameContent(old: Uint8Array, known: Uint8Array, i: number): boolean {
  let bits = 0;
  for (let at = i * contentHashBytes, end = at + contentHashBytes; at < end; at++) {
    if (old[at] !== known[at]) return false;
    bits |= known[at] as number;
  }
  return bits !== 0;
}

/** States kept for one layer: a few hundred bytes each. */
const maxStates = 256;

/** Collects states while a layer is hashed, at piece boundaries at least `1/maxStates` of the pieces apart. */
export function collectStates(pieces: readonly Piece[], start: Start) {
  const states = [...start.states];
  const step = Math.max(1, Math.floor(pieces.length / maxStates));
  return {
    note: (index: number, bytes: number, hash: Hash): void => void states.push({ index, bytes, hash: hash.copy() }),
    /** Is a state wanted before this piece? */
    isDue: (index: number): boolean => index > start.index && (index % step === 0 || index >= pieces.length - 4),
    states,
  };
}

/** Layers that one worker remembers. */
const maxLayers = 64;

export function remember(name: string, entry: Remembered): void {
  remembered.delete(name);
  remembered.set(name, entry);
  const oldest = remembered.size > maxLayers ? remembered.keys().next().value : undefined;
  if (oldest !== undefined) remembered.delete(oldest);
}
