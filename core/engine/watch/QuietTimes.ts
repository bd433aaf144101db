import type { BytePath } from '../files/bytePath.ts';

/** The files that are being written, and how: learned from one look to the next. */
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

/** What is known after one more scan. A file that is not among those that it saw changed begins anew. */
export function learnQuietTimes(known: QuietTimes, seen: Iterable<readonly [BytePath, Written]>): QuietTimes {
  return new Map(Array.from(seen, ([path, written]) => [path, learn(known.get(path), written)]));
}

function learn(before: Writing | undefined, written: Written): Writing {
  return before
    ? { ...written, since: before.since, pause: pauseOf(before, written) }
    : { ...written, since: written.changed, pause: 0 };
}

/**
 * Only a file that grows goes on being written. One that is replaced, cut or written over is written again as a whole:
 * its pauses are those between two versions, and whoever waited for them would miss every one.
 */
function pauseOf(before: Writing, { ino, size, changed }: Written): number {
  if (changed === before.changed) return before.pause;
  const goesOn = ino === before.ino && size > before.size;
  return goesOn ? Math.max(before.pause, changed - before.changed) : 0;
}

/** The quiet time, as a multiple of the longest pause that was seen. */
const factor = 2;

/** No quiet time is longer than this, in ms, unless more is asked for. */
const longest = 30_000;

/** How long a file must be unchanged before it is packed, in ms: `least`, or longer if its writer pauses longer. */
export function quietTimeOf(writing: Writing | undefined, least: number): number {
  return Math.max(least, Math.min((writing?.pause ?? 0) * factor, longest));
}
