import { type BytePath, baseOf, bytePath, joinPath, parentOf, textOf } from '../files/bytePath.ts';
import { changedAt, type Fingerprint } from '../files/fingerprint.ts';
import { targetFingerprint } from '../files/followPath.ts';
import { typeOf } from '../files/walk.ts';
import type { Readiness } from '../host/capabilities.ts';
import { formatsOf, judgeFile } from '../pack/judgeFile.ts';
import type { Change } from './changes.ts';
import { incompleteOf } from './incompleteOf.ts';
import type { Seen } from './Seen.ts';
import type { Waiting, WaitingOptions } from './Waiting.ts';
import { type FileKind, waitingForQuiet } from './waitingForQuiet.ts';

/** Weights in a format that cannot show whether they are complete have a longer quiet time. */
const opaqueWeights = /\.(?:bin|pkl|joblib|h5|keras|onnx|msgpack|npy|pb|tflite|mar)$/;

/**
 * Undefined if the change may be packed now. With `isMarked` its writer has left a marker that the checkpoint around it
 * is complete, so it has no quiet time.
 */
export function waitingFor(
  { path, fingerprint, target }: Change,
  isMarked: boolean,
  options: WaitingOptions,
): Waiting | undefined {
  if (!fingerprint || typeOf(fingerprint.mode) !== 'file') return undefined;
  const name = textOf(baseOf(path));
  const formats = formatsOf(name, options.capabilities);
  const unquiet = isMarked ? undefined : waitingForQuiet(path, fingerprint, fileKindOf(name, formats), options);
  if (unquiet) return unquiet;
  const at = target ?? joinPath(options.directory, path);
  const sizeOf = (beside: string) => sizeAt(joinPath(parentOf(at), bytePath(beside)), options.seen);
  const answer = judgeFile({ path: at, size: fingerprint.size, formats, sizeOf });
  const version = { id: versionOf(fingerprint), changed: changedAt(fingerprint) };
  return incompleteOf(path, version, answer, options.now);
}

/** What kind of file its name promises. */
export function fileKindOf(name: string, formats: readonly Readiness[]): FileKind {
  if (formats.length > 0) return 'checked';
  return opaqueWeights.test(name) ? 'opaque' : 'other';
}

function versionOf({ dev, ino, size, mtimeNs, ctimeNs }: Fingerprint): string {
  return [dev, ino, size, mtimeNs, ctimeNs].join();
}

/** The size of a file in the scan; for a link, of its target. */
function sizeAt(path: BytePath, seen: Seen): number | undefined {
  const fingerprint = seen.fingerprint(path);
  if (!fingerprint || typeOf(fingerprint.mode) !== 'link') return fingerprint?.size;
  return targetFingerprint(path)?.size;
}
