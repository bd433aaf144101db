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
}

/** The state after one more scan. Files that did not change in it are forgotten. */
export function learnQuietTimes(known: QuietTimes, seen: Iterable<readonly [BytePath, Written]>): QuietTimes {
  return new Map(Array.from(seen, ([path, written]) => [path, learn(known.get(path), written)]));
}

function learn(before: Writing | undefined, written: Written): Writing {
  return before
    ? { ...written, since: before.since, pause: pauseOf(before, written) }
    : { ...written, since: written.changed, pause: 0 };
}

/**
 * Only a growing file has pauses within one version. A file that is replaced, truncated or overwritten pauses between
 * two versions; waiting for that long would miss every version.
 */
function pauseOf(before: Writing, { ino, size, changed }: Written): number {
  if (changed === before.changed) return before.pause;
  const goesOn = ino === before.ino && size > before.size;
  return goesOn ? Math.max(before.pause, changed - before.changed) : 0;
}

/** The quiet time, as a multiple of the longest pause that was seen. */
const factor = 2;

/** The longest quiet time in ms, unless the user sets a longer one. */
const longest = 30_000;

/** How long a file must be unchanged before it is packed, in ms: `least`, or longer if its writer pauses longer. */
export function quietTimeOf(writing: Writing | undefined, least: number): number {
  return Math.max(least, Math.min((writing?.pause ?? 0) * factor, longest));
}
