import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { type BytePath, baseOf, bytePath, fsPath, joinPath, parentOf, textOf } from '../files/bytePath.ts';
import { displayPath } from '../files/displayPath.ts';
import { changedAt, type Fingerprint } from '../files/fingerprint.ts';
import { typeOf } from '../files/walk.ts';
import type { CapabilityRegistry, Readiness, ReadinessAnswer } from '../host/capabilities.ts';
import type { Change } from './changes.ts';
import type { QuietTimes } from './QuietTimes.ts';
import type { Seen } from './Seen.ts';

export interface WaitingOptions {
  readonly directory: BytePath;
  readonly capabilities: CapabilityRegistry;
  /** How long a file must be unchanged, in ms. */
  readonly quiet: number;
  /** Nobody waits for a quiet time: the writers have ended, or somebody asked for a kit now. */
  readonly ignoresQuietTime: boolean;
  readonly quietTimes: QuietTimes;
  readonly seen: Seen;
  /** Wall clock in ms. */
  readonly now: number;
}

/** A file that is waited for. Times in ms since 1970. */
export interface Waiting {
  readonly path: string;
  readonly reason: string;
  /** Only time has to pass: nothing is known to be missing. */
  readonly timeOnly: boolean;
  /** So much of its quiet time is over that reading it ahead is likely to be of use. */
  readonly mayReadAhead?: boolean;
  /** When to look again. */
  readonly until: number;
}

/** Weights whose format cannot tell whether they are complete have a longer quiet time. */
const opaqueWeights = /\.(?:bin|pkl|joblib|h5|keras|onnx|msgpack|npy|pb|tflite|mar)$/;

/** How long a broken file is left alone before it is looked at again, in ms: it changes, or it stays as it is. */
export const brokenRetry = 5_000;

/** Undefined if the change may be packed now. */
export function waitingFor({ path, fingerprint, target }: Change, options: WaitingOptions): Waiting | undefined {
  if (!fingerprint || (fingerprint.mode & 0o170000) !== 0o100000) return undefined;
  const { now } = options;
  const name = textOf(baseOf(path));
  const checks = options.capabilities.all('readiness').filter((check) => check.matches(name));
  const unquiet = quietTimeOf(path, fingerprint, checks.length === 0 && opaqueWeights.test(name), options);
  if (unquiet) return unquiet;
  const shown = displayPath(path);
  const at = target ?? joinPath(options.directory, path);
  const answer = checks.length ? judgeFile(checks, at, fingerprint.size, options.seen) : undefined;
  if (!answer || answer.state === 'ready') return undefined;
  if (answer.state === 'not-yet')
    return { path: shown, reason: answer.reason, timeOnly: false, until: now + answer.retryAfter };
  return { path: shown, reason: `it is broken: ${answer.reason}`, timeOnly: false, until: now + brokenRetry };
}

const opaqueFactor = 6;

/** Share of its quiet time after which a file may be read ahead. */
const aheadShare = 0.25;

/** After this time (ms) of changes the wait says since when. */
const longWait = 600_000;

/**
 * Undefined once the quiet time of the file is over: the longer the writer of weights that cannot be checked paused
 * before, the longer it is.
 */
function quietTimeOf(
  path: BytePath,
  fingerprint: Fingerprint,
  isOpaque: boolean,
  options: WaitingOptions,
): Waiting | undefined {
  const { now, quietTimes, quiet } = options;
  const changed = changedAt(fingerprint);
  const noted = quietTimes.note(path, { ino: fingerprint.ino, size: fingerprint.size, changed }, quiet * opaqueFactor);
  const { since } = noted;
  const needed = isOpaque ? noted.needed : quiet;
  const unchanged = now - changed;
  // A time in the future says nothing about it.
  if (options.ignoresQuietTime || unchanged < 0 || unchanged >= needed) return undefined;
  const aheadAt = needed * aheadShare;
  const long = now - since > longWait ? `, and it is written since ${clockTime(since)} UTC` : '';
  const seconds = (ms: number) => (ms / 1000).toFixed(1);
  return {
    path: displayPath(path),
    reason: `quiet ${seconds(unchanged)} of ${seconds(needed)} s${long}`,
    timeOnly: true,
    mayReadAhead: unchanged >= aheadAt,
    until: now + ((unchanged < aheadAt ? aheadAt : needed) - unchanged),
  };
}

function clockTime(ms: number): string {
  return new Date(ms).toISOString().slice(11, 19);
}

function judgeFile(checks: readonly Readiness[], path: BytePath, size: number, seen: Seen): ReadinessAnswer {
  try {
    return judge(checks, path, size, seen);
  } catch {
    // A checkpoint that vanishes, or becomes shorter, while it is looked at is normal.
    return { state: 'not-yet', reason: 'it cannot be read right now', retryAfter: 500 };
  }
}

function judge(checks: readonly Readiness[], file: BytePath, size: number, seen: Seen): ReadinessAnswer {
  const path = fsPath(file) as string;
  const fd = openSync(path, 'r');
  try {
    const read = (offset: number, length: number): Buffer => {
      const bytes = Buffer.alloc(length);
      return bytes.subarray(0, readSync(fd, bytes, 0, length, offset));
    };
    const sizeOf = (name: string) => sizeAt(joinPath(parentOf(file), bytePath(name)), seen);
    for (const check of checks) {
      const answer = check.check({ path, size, read, sizeOf });
      if (answer.state !== 'ready') return answer;
    }
    return { state: 'ready' };
  } finally {
    closeSync(fd);
  }
}

/** Of a file that the scan saw; a link counts as what it leads to. */
function sizeAt(path: BytePath, seen: Seen): number | undefined {
  const fingerprint = seen.fingerprint(path);
  if (!fingerprint || typeOf(fingerprint.mode) !== 'link') return fingerprint?.size;
  return statSync(fsPath(path), { throwIfNoEntry: false })?.size;
}
