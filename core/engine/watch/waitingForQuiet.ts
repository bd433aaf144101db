import type { BytePath } from '../files/bytePath.ts';
import { displayPath } from '../files/displayPath.ts';
import { changedAt, type Fingerprint } from '../files/fingerprint.ts';
import { quietTimeOf } from './QuietTimes.ts';
import type { Waiting, WaitingOptions } from './Waiting.ts';

/**
 * Undefined once the quiet time of a changed file is over. Weights that cannot be checked (`isOpaque`) have a longer
 * one, which grows with the pauses of their writer.
 */
export function waitingForQuiet(
  path: BytePath,
  fingerprint: Fingerprint,
  isOpaque: boolean,
  options: WaitingOptions,
): Waiting | undefined {
  const { now, quiet } = options;
  const changed = changedAt(fingerprint);
  const writing = options.quietTimes.get(path);
  const needed = isOpaque ? quietTimeOf(writing, quiet * opaqueFactor) : quiet;
  const unchanged = now - changed;
  // A time in the future cannot be compared with the clock.
  if (options.ignoresQuietTime || unchanged < 0 || unchanged >= needed) return undefined;
  const aheadAt = needed * aheadShare;
  return {
    path: displayPath(path),
    reason: `quiet ${seconds(unchanged)} of ${seconds(needed)} s${sinceWhen(writing?.since ?? changed, now)}`,
    timeOnly: true,
    mayReadAhead: unchanged >= aheadAt,
    until: changed + (unchanged < aheadAt ? aheadAt : needed),
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
