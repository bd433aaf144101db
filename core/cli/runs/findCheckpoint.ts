import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { fromNative, isOurOwner } from '@kitwright/core/internal';
import { isOwn } from '../trust/isOwn.ts';
import { type Counts, entriesBelow, entriesOf } from './entriesBelow.ts';

/** How many entries are looked at. */
const maxEntries = 100_000;

/** A checkpoint, and what in it is not of the kit. */
export interface FoundCheckpoint {
  readonly path: string;
  /** One of the files that were there before. */
  readonly stranger: string | undefined;
}

/**
 * The checkpoint of a kit that a framework resumes from, at or below one of these paths: of this step if there is one, else
 * the one with the highest step. Directories of the Trainer, accelerate, DeepSpeed, Megatron and others; files of
 * Lightning. What is not of the kit (`isPlaced`) may be of anybody, and to resume from it could run code: it is not looked
 * at, nor are links, and what another user put in the place of a file of the kit.
 */
export function findCheckpoint(
  paths: readonly string[],
  step: number | undefined,
  isPlaced: (path: string) => boolean,
): FoundCheckpoint | undefined {
  const isOurs = createOwnTest();
  const counts: Counts = (path, directory) => isPlaced(path) && isOurs(path, directory);
  const found = entriesBelow(paths.filter(isPlaced), counts, maxEntries).flatMap((path) => {
    const own = stepIn(path);
    return own === undefined ? [] : [{ path, step: own }];
  });
  const exact = found.find((one) => one.step === step);
  const path = (exact ?? found.toSorted((a, b) => b.step - a.step)[0])?.path;
  return path === undefined ? undefined : { path, stranger: strangerIn(path, counts) };
}

/** Frameworks load whatever has a name that they know: `optimizer.pt`. Links count too. */
function strangerIn(checkpoint: string, counts: Counts): string | undefined {
  const directories = [checkpoint];
  for (const directory of directories)
    for (const entry of entriesOf(directory)) {
      const path = join(directory, entry.name);
      if (!counts(path, directory)) return path;
      if (entry.isDirectory()) directories.push(path);
    }
  return undefined;
}

/** Says of a path whether it is ours; each other user is looked at once. */
function createOwnTest(): (path: string, directory: string) => boolean {
  const known = new Map<number, boolean>();
  return (path, directory) => {
    const uid = lstatSync(path, { throwIfNoEntry: false })?.uid;
    if (uid === undefined) return false;
    const isOurs = known.get(uid) ?? (isOwn(uid) || ownsOurs(uid, directory));
    known.set(uid, isOurs);
    return isOurs;
  };
}

/** Of a directory that is closed to us nothing is ours. */
function ownsOurs(uid: number, directory: string): boolean {
  try {
    return isOurOwner(uid, fromNative(directory));
  } catch {
    return false;
  }
}

const checkpoint =
  /(?:^|[/\\])(?:(?:checkpoint|step|global_step|iter|epoch)[-_=]?(\d{1,15})|(?:[^/\\]*[^A-Za-z/\\])?step=(\d{1,15})(?:[^\d/\\][^/\\]*)?\.ckpt)$/;

function stepIn(path: string): number | undefined {
  const [, folder, file] = checkpoint.exec(path) ?? [];
  const digits = folder ?? file;
  return digits === undefined ? undefined : Number(digits);
}
