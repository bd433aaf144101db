import type { BytePath } from '../files/bytePath.ts';
import { displayPath } from '../files/displayPath.ts';
import { changedAt, type Fingerprint } from '../files/fingerprint.ts';
import { holdTimeOf, quietTimeOf, type Writing } from './QuietTimes.ts';
import type { Waiting, WaitingOptions } from './Waiting.ts';

/** What the name of a file shows: weights in a known format, weights that cannot be checked, or something else. */
export type FileKind = 'checked' | 'opaque' | 'other';

/**
 * Undefined once the quiet time of a changed file is over. Weights that cannot be checked (`opaque`) have a longer one,
 * which grows with the pauses of their writer. Any `other` file that was seen to be written on and on comes along with
 * the next kit, and after a bounded time makes one.
 */
export function waitingForQuiet(
  path: BytePath,
  fingerprint: Fingerprint,
  kind: FileKind,
  options: WaitingOptions,
): Waiting | undefined {
  const { now, quiet } = options;
  const changed = changedAt(fingerprint);
  const writing = options.quietTimes.get(path);
  const needed = kind === 'opaque' ? quietTimeOf(writing, quiet * opaqueFactor) : quiet;
  const unchanged = now - changed;
  // A time in the future cannot be compared with the clock.
  if (options.ignoresQuietTime || unchanged < 0 || unchanged >= needed) return undefined;
  if (kind === 'other' && writing?.grows !== undefined) return comingAlong(path, changed, writing, options);
  const aheadAt = needed * aheadShare;
  return {
    path: displayPath(path),
    at: path,
    reason: `quiet ${seconds(unchanged)} of ${seconds(needed)} s${sinceWhen(writing?.since ?? changed, now)}`,
    timeOnly: true,
    since: writing?.since ?? changed,
    mayReadAhead: unchanged >= aheadAt,
    until: changed + (unchanged < aheadAt ? aheadAt : needed),
  };
}

/** A file that is written all the time; undefined if it was passed over for so long that it makes a kit itself. */
function comingAlong(
  path: BytePath,
  changed: number,
  writing: Writing,
  { now, quiet }: WaitingOptions,
): Waiting | undefined {
  const left = holdTimeOf(writing, quiet) - (now - writing.since);
  if (left <= 0) return undefined;
  return {
    path: displayPath(path),
    at: path,
    reason: `written all the time${sinceWhen(writing.since, now)}; the next kit has what is there then`,
    timeOnly: true,
    comesAlong: true,
    until: Math.min(now + left, changed + quiet),
  };
}

const opaqueFactor = 6;

/** Share of its quiet time after which a file may be read ahead. */
const aheadShare = 0.25;

/** If a file changes for longer than this (ms), the reason names since when. */
const longWait = 600_000;

function seconds(ms: number): string {
  return (ms / 1000).toFixed(1);
}

function sinceWhen(since: number, now: number): string {
  return now - since > longWait ? `, and it is written since ${clockTime(since)} UTC` : '';
}

function clockTime(ms: number): string {
  return new Date(ms).toISOString().slice(11, 19);
}
