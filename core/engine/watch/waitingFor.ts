import { type BytePath, baseOf, bytePath, joinPath, parentOf, textOf } from '../files/bytePath.ts';
import { displayPath } from '../files/displayPath.ts';
import { changedAt, type Fingerprint } from '../files/fingerprint.ts';
import { targetFingerprint } from '../files/followPath.ts';
import { typeOf } from '../files/walk.ts';
import { formatsOf, judgeFile } from '../pack/judgeFile.ts';
import type { Change } from './changes.ts';
import { incompleteOf } from './incompleteOf.ts';
import type { Seen } from './Seen.ts';
import type { Waiting, WaitingOptions } from './Waiting.ts';
import { waitingForQuiet } from './waitingForQuiet.ts';

/** Weights in a format that cannot show whether they are complete have a longer quiet time. */
const opaqueWeights = /\.(?:bin|pkl|joblib|h5|keras|onnx|msgpack|npy|pb|tflite|mar)$/;

/** Undefined if the change may be packed now. */
export function waitingFor({ path, fingerprint, target }: Change, options: WaitingOptions): Waiting | undefined {
  if (!fingerprint || typeOf(fingerprint.mode) !== 'file') return undefined;
  const name = textOf(baseOf(path));
  const formats = formatsOf(name, options.capabilities);
  const isOpaque = formats.length === 0 && opaqueWeights.test(name);
  const unquiet = waitingForQuiet(path, fingerprint, isOpaque, options);
  if (unquiet) return unquiet;
  const at = target ?? joinPath(options.directory, path);
  const sizeOf = (beside: string) => sizeAt(joinPath(parentOf(at), bytePath(beside)), options.seen);
  const answer = judgeFile({ path: at, size: fingerprint.size, formats, sizeOf });
  const version = { id: versionOf(fingerprint), changed: changedAt(fingerprint) };
  return incompleteOf(displayPath(path), version, answer, options.now);
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
