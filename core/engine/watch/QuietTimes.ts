import type { BytePath } from '../files/bytePath.ts';

/** How files that are being written pause: learned from one look to the next. */
export interface Rests {
  /** Notes what was seen of a file; `least` is the rest (ms) that it needs if it never paused. */
  readonly note: (path: BytePath, written: Written, least: number) => Rest;
  /** The file is packed, or gone: it begins anew. */
  readonly forget: (path: BytePath) => void;
}

/** What a scan saw of a file. */
export interface Written {
  readonly ino: bigint;
  /** Bytes. */
  readonly size: number;
  /** When it changed last, in ms since 1970. */
  readonly changed: number;
}

/** A pause between two writes of one file may not be taken for its end: what was seen of it. */
export interface Rest {
  /** How long the file must rest, in ms. */
  readonly needed: number;
  /** When it was first seen to change since it was packed, in ms since 1970. */
  readonly since: number;
}

interface Seen extends Written {
  readonly first: number;
  readonly pause: number;
}

/** Rest after the longest pause that was seen, as a multiple of it. */
const factor = 2;
/** No file has to rest longer than this, in ms. */
const longest = 30_000;

export function createRests(): Rests {
  const seen = new Map<BytePath, Seen>();
  return {
    note: (path, written, least) => {
      const before = seen.get(path) ?? { ...written, first: written.changed, pause: 0 };
      const pause = pauseOf(before, written);
      seen.set(path, { ...written, first: before.first, pause });
      return { needed: Math.max(least, Math.min(pause * factor, longest)), since: before.first };
    },
    forget: (path) => void seen.delete(path),
  };
}

/**
 * Only a file that grows goes on being written. One that is replaced, cut or written over is written again as a whole:
 * its pauses are those between two versions, and whoever waited for them would miss every one.
 */
function pauseOf(before: Seen, { ino, size, changed }: Written): number {
  if (changed === before.changed) return before.pause;
  const goesOn = ino === before.ino && size > before.size;
  return goesOn ? Math.max(before.pause, changed - before.changed) : 0;
}
