import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { type BytePath, baseOf, bytePath, fsPath, joinPath, parentOf, textOf } from '../files/bytePath.ts';
import { displayPath } from '../files/displayPath.ts';
import { changedAt, type Fingerprint } from '../files/fingerprint.ts';
import { typeOf } from '../files/walk.ts';
import type { CapabilityRegistry, Readiness, ReadinessAnswer } from '../host/capabilities.ts';
import type { Change } from './changes.ts';
import type { Rests } from './Rests.ts';
import type { Seen } from './Seen.ts';

export interface SettlingOptions {
  readonly directory: BytePath;
  readonly capabilities: CapabilityRegistry;
  /** How long a file must rest, in ms. */
  readonly quiet: number;
  /** The writers have ended: nothing needs to rest, but what is incomplete stays incomplete. */
  readonly final: boolean;
  /** Somebody asked for a kit now: nothing needs to rest. */
  readonly hurry: boolean;
  readonly rests: Rests;
  readonly seen: Seen;
  /** Wall clock in ms. */
  readonly now: number;
}

/** A file that is waited for. Times in ms since 1970. */
export interface Waiting {
  readonly path: string;
  readonly reason: string;
  /** It only changed a moment ago; nothing is known to be missing. */
  readonly resting: boolean;
  /** It has rested for so long that reading it ahead is likely to be of use. */
  readonly calm?: boolean;
  /** When to look again. */
  readonly until: number;
}

/** Weights whose format cannot tell whether they are complete must rest longer. */
const opaqueWeights = /\.(?:bin|pkl|joblib|h5|keras|onnx|msgpack|npy|pb|tflite|mar)$/;

/** How long a broken file is left alone before it is looked at again, in ms: it changes, or it stays as it is. */
export const brokenRetry = 5_000;

/** Undefined if the change may be packed now. */
export function waitingFor({ path, fingerprint, target }: Change, options: SettlingOptions): Waiting | undefined {
  if (!fingerprint || (fingerprint.mode & 0o170000) !== 0o100000) return undefined;
  const { now } = options;
  const name = textOf(baseOf(path));
  const checks = options.capabilities.all('readiness').filter((check) => check.matches(name));
  const resting = restingOf(path, fingerprint, checks.length === 0 && opaqueWeights.test(name), options);
  if (resting) return resting;
  const shown = displayPath(path);
  const at = target ?? joinPath(options.directory, path);
  const answer = checks.length ? judgeFile(checks, at, fingerprint.size, options.seen) : undefined;
  if (!answer || answer.state === 'ready') return undefined;
  if (answer.state === 'not-yet')
    return { path: shown, reason: answer.reason, resting: false, until: now + answer.retryAfter };
  return { path: shown, reason: `it is broken: ${answer.reason}`, resting: false, until: now + brokenRetry };
}

const opaqueFactor = 6;

/** Share of its rest after which a file is calm. */
const calmShare = 0.25;

/** After this time (ms) a file that never rests is said to be still written since then. */
const longWait = 600_000;

/**
 * Undefined once the file has rested long enough: longer, the longer the writer of weights that cannot be checked
 * paused before.
 */
function restingOf(
  path: BytePath,
  fingerprint: Fingerprint,
  isOpaque: boolean,
  options: SettlingOptions,
): Waiting | undefined {
  const { now, final, hurry, rests, quiet } = options;
  const changed = changedAt(fingerprint);
  const noted = rests.note(path, { ino: fingerprint.ino, size: fingerprint.size, changed }, quiet * opaqueFactor);
  const { since } = noted;
  const needed = isOpaque ? noted.needed : quiet;
  const rested = now - changed;
  // A time in the future says nothing about rest.
  if (final || hurry || rested < 0 || rested >= needed) return undefined;
  const calmAt = needed * calmShare;
  const long = now - since > longWait ? `, and it is written since ${clockTime(since)} UTC` : '';
  const seconds = (ms: number) => (ms / 1000).toFixed(1);
  return {
    path: displayPath(path),
    reason: `quiet ${seconds(rested)} of ${seconds(needed)} s${long}`,
    resting: true,
    calm: rested >= calmAt,
    until: now + ((rested < calmAt ? calmAt : needed) - rested),
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
