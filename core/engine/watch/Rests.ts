import type { BytePath } from '../files/bytePath.ts';

/** A pause between two writes of one file may not be taken for its end: what was seen of it. */
export interface Rest {
  /** How long the file must rest, in ms. */
  readonly needed: number;
  /** When it was first seen to change since it was packed, in ms since 1970. */
  readonly since: number;
}

/** How files that are being written pause: learned from one look to the next. */
export interface Rests {
  /** Notes when a file changed last (ms since 1970); `least` is the rest (ms) that it needs if it never paused. */
  readonly note: (path: BytePath, changed: number, least: number) => Rest;
  /** The file is packed, or gone: it begins anew. */
  readonly forget: (path: BytePath) => void;
}

/** Rest after the longest pause that was seen, as a multiple of it. */
const factor = 2;
/** No file has to rest longer than this, in ms. */
const longest = 30_000;

interface Seen {
  readonly first: number;
  readonly changed: number;
  readonly pause: number;
}

export const createRests = (): Rests => {
  const seen = new Map<BytePath, Seen>();
  return {
    note: (path, changed, least) => {
      const before = seen.get(path) ?? { first: changed, changed, pause: 0 };
      const pause = Math.max(before.pause, changed - before.changed);
      seen.set(path, { ...before, changed, pause });
      return { needed: Math.max(least, Math.min(pause * factor, longest)), since: before.first };
    },
    forget: (path) => void seen.delete(path),
  };
};
