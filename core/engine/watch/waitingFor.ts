import { closeSync, openSync, readSync } from 'node:fs';
import { type BytePath, baseOf, bytePath, fsPath, joinPath, parentOf, textOf } from '../files/bytePath.ts';
import { displayPath } from '../files/displayPath.ts';
import { targetFingerprint } from '../files/followPath.ts';
import { typeOf } from '../files/walk.ts';
import type { Readiness, ReadinessAnswer } from '../host/capabilities.ts';
import type { Change } from './changes.ts';
import type { Seen } from './Seen.ts';
import type { Waiting, WaitingOptions } from './Waiting.ts';
import { waitingForQuiet } from './waitingForQuiet.ts';

/** Weights whose format cannot tell whether they are complete have a longer quiet time. */
const opaqueWeights = /\.(?:bin|pkl|joblib|h5|keras|onnx|msgpack|npy|pb|tflite|mar)$/;

/** How long a broken file is left alone before it is looked at again, in ms: it changes, or it stays as it is. */
export const brokenRetry = 5_000;

/** Undefined if the change may be packed now. */
export function waitingFor({ path, fingerprint, target }: Change, options: WaitingOptions): Waiting | undefined {
  if (!fingerprint || typeOf(fingerprint.mode) !== 'file') return undefined;
  const { now } = options;
  const name = textOf(baseOf(path));
  const checks = options.capabilities.all('readiness').filter((check) => check.matches(name));
  const isOpaque = checks.length === 0 && opaqueWeights.test(name);
  const unquiet = waitingForQuiet(path, fingerprint, isOpaque, options);
  if (unquiet) return unquiet;
  const shown = displayPath(path);
  const at = target ?? joinPath(options.directory, path);
  const answer = checks.length ? judgeFile(checks, at, fingerprint.size, options.seen) : undefined;
  if (!answer || answer.state === 'ready') return undefined;
  if (answer.state === 'not-yet')
    return { path: shown, reason: answer.reason, timeOnly: false, until: now + answer.retryAfter };
  return { path: shown, reason: `it is broken: ${answer.reason}`, timeOnly: false, until: now + brokenRetry };
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
  return targetFingerprint(path)?.size;
}
