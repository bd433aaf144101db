import type { BytePath } from '../files/bytePath.ts';

/** How long files that are being written must be unchanged: learned from one look to the next. */
export interface QuietTimes {
  /** Notes what was seen of a file; `least` is its quiet time (ms) if its writer never paused. */
  readonly note: (path: BytePath, written: Written, least: number) => QuietTime;
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
export interface QuietTime {
  /** How long the file must be unchanged before it is packed, in ms. */
  readonly needed: number;
  /** When it was first seen to change since it was packed, in ms since 1970. */
  readonly since: number;
}

interface Seen extends Written {
  readonly first: number;
  readonly pause: number;
}

/** The quiet time, as a multiple of the longest pause that was seen. */
const factor = 2;
/** No quiet time is longer than this, in ms. */
const longest = 30_000;

export function createQuietTimes(): QuietTimes {
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
