import type { BytePath } from '../files/bytePath.ts';

/** The files that are being written, and the pauses of their writers; updated by each look. */
export type QuietTimes = ReadonlyMap<BytePath, Writing>;

/** What a scan saw of a file. */
export interface Written {
  readonly ino: bigint;
  /** Bytes. */
  readonly size: number;
  /** When it changed last, in ms since 1970. */
  readonly changed: number;
}

/** What is known of a file that changed since it was packed. */
export interface Writing extends Written {
  /** When it was first seen to change, in ms since 1970. */
  readonly since: number;
  /** The longest pause of its writer, in ms: a pause between two writes may not be taken for the end. */
  readonly pause: number;
  /** Was it only appended to? Undefined until it was seen to change twice. */
  readonly grows: boolean | undefined;
  /** How often it was packed while it was being written. */
  readonly packed: number;
}

/** The state after one more scan. Files that did not change in it are forgotten. */
export function learnQuietTimes(known: QuietTimes, seen: Iterable<readonly [BytePath, Written]>): QuietTimes {
  return new Map(Array.from(seen, ([path, written]) => [path, learn(known.get(path), written)]));
}

function learn(before: Writing | undefined, written: Written): Writing {
  if (!before) return { ...written, since: written.changed, pause: 0, grows: undefined, packed: 0 };
  return { ...before, ...written, pause: pauseOf(before, written), grows: growsOnly(before, written) };
}

function growsOnly(before: Writing, now: Written): boolean | undefined {
  return now.changed === before.changed ? before.grows : before.grows !== false && hasGrown(before, now);
}

function hasGrown(before: Written, { ino, size }: Written): boolean {
  return ino === before.ino && size > before.size;
}

/**
 * Only a growing file has pauses within one version. A file that is replaced, truncated or overwritten pauses between
 * two versions; waiting for that long would miss every version.
 */
function pauseOf(before: Writing, now: Written): number {
  if (now.changed === before.changed) return before.pause;
  return hasGrown(before, now) ? Math.max(before.pause, now.changed - before.changed) : 0;
}

/** The quiet time, as a multiple of the longest pause that was seen. */
const factor = 2;

/** The longest quiet time in ms, unless the user sets a longer one. */
const longest = 30_000;

/** How long a file must be unchanged before it is packed, in ms: `least`, or longer if its writer pauses longer. */
export function quietTimeOf(writing: Writing | undefined, least: number): number {
  return Math.max(least, Math.min((writing?.pause ?? 0) * factor, longest));
}

/** Bounds (ms) of the time after which a file that never rests is packed, although nothing else is new. */
const [shortestHold, longestHold] = [10_000, 600_000];

/**
 * How long a file that is written all the time does not make a kit by itself, in ms: at least 10 s and three quiet
 * times; twice as long each time that it was packed, since its layer is hashed and pushed again for it.
 */
export function holdTimeOf({ packed }: Pick<Writing, 'packed'>, quiet: number): number {
  return Math.min(longestHold, Math.max(shortestHold, 3 * quiet) * 2 ** Math.min(packed, 20));
}

/** What is known of a file after it was packed while it was being written; `now` in ms since 1970. */
export function packedAt(writing: Writing, now: number): Writing {
  return { ...writing, since: now, packed: writing.packed + 1 };
}
