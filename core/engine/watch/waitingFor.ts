import { type BytePath, baseOf, bytePath, joinPath, parentOf, textOf } from '../files/bytePath.ts';
import { changedAt, fileVersion } from '../files/fingerprint.ts';
import { targetFingerprint } from '../files/followPath.ts';
import type { Seen } from '../files/Seen.ts';
import { typeOf } from '../files/walk.ts';
import type { ReadinessAnswer } from '../host/capabilities.ts';
import type { CapabilitySet } from '../host/createCapabilities.ts';
import { formatsOf, isNamedWeights, type JudgedFile, judgeFile, recognisedFormat } from '../pack/judgeFile.ts';
import type { Change } from './changes.ts';
import { incompleteOf } from './incompleteOf.ts';
import type { Waiting, WaitingOptions } from './Waiting.ts';
import { type FileKind, waitingForQuiet } from './waitingForQuiet.ts';
import { waitingForRecords } from './waitingForRecords.ts';

/** Undefined if the change may be packed now. */
export function waitingFor(change: Change, options: WaitingOptions): Waiting | undefined {
  const { path, fingerprint, target } = change;
  if (!fingerprint || typeOf(fingerprint.mode) !== 'file') return undefined;
  if (options.isMarked(path, changedAt(fingerprint))) return undefined;
  const at = target ?? joinPath(options.directory, path);
  const sizeOf = (beside: string) => sizeAt(joinPath(parentOf(at), bytePath(beside)), options.seen);
  const file = { path: at, name: textOf(baseOf(path)), size: fingerprint.size, sizeOf };
  const kind = fileKindOf(file, options.capabilities);
  const unquiet = waitingForQuiet(path, fingerprint, kind, options);
  const records = kind === 'other' ? waitingForRecords(change, options) : undefined;
  // What only waits to rest holds its place in the kit, what grows does not.
  if (records ?? unquiet) return records ?? unquiet;
  if (isSettled(file.name, changedAt(fingerprint), options)) return undefined;
  const version = { id: fileVersion(fingerprint), changed: changedAt(fingerprint) };
  const isOpen = kind !== 'other' && options.isOpen(fingerprint);
  return incompleteOf(path, version, isOpen ? open : answerFor(file, options.capabilities), options.now);
}

const open: ReadinessAnswer = { state: 'not-yet', reason: 'it is open for writing', retryAfter: 500 };

/** What kind of file this is, by its name or its beginning. */
export function fileKindOf(file: Pick<JudgedFile, 'path' | 'name' | 'size'>, capabilities: CapabilitySet): FileKind {
  const formats = formatsOf(file.name, capabilities);
  if (formats.some(({ isCheckpoint = true }) => isCheckpoint)) return 'checked';
  if (formats.length > 0 || !isNamedWeights(file.name)) return 'other';
  return recognisedFormat(file, capabilities) ? 'checked' : 'opaque';
}

/** A file that is no part of a checkpoint and rests for so long (ms) is not opened: there may be thousands. */
const settled = 120_000;

function isSettled(name: string, changed: number, { capabilities, now }: WaitingOptions): boolean {
  const formats = formatsOf(name, capabilities);
  return formats.length > 0 && formats.every(({ isCheckpoint }) => isCheckpoint === false) && now - changed >= settled;
}

function answerFor(file: JudgedFile, capabilities: CapabilitySet): ReadinessAnswer {
  if (file.size === 0 && isNamedWeights(file.name)) return { state: 'not-yet', reason: 'it is empty', retryAfter: 500 };
  return judgeFile(file, capabilities);
}

/** The size of a file in the scan; for a link, of its target. */
function sizeAt(path: BytePath, seen: Seen): number | undefined {
  const fingerprint = seen.fingerprint(path);
  if (!fingerprint || typeOf(fingerprint.mode) !== 'link') return fingerprint?.size;
  return targetFingerprint(path)?.size;
}
