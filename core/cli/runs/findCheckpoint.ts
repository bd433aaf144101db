import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fromNative, isOurOwner } from '@kitwright/core/internal';
import { isOwn } from '../trust/isOwn.ts';

/** How many entries are looked at. */
const maxEntries = 100_000;

/**
 * The checkpoint that a framework resumes from, at or below one of these paths: of this step if there is one, else the
 * one with the highest step. Directories of the Trainer, accelerate, DeepSpeed, Megatron and others; files of
 * Lightning. Links are not followed, and what another user put there is not looked at: to resume from it could run that
 * user's code.
 */
export function findCheckpoint(paths: readonly string[], step: number | undefined): string | undefined {
  const found = entriesIn(paths).flatMap((path) => {
    const own = stepIn(path);
    return own === undefined ? [] : [{ path, step: own }];
  });
  const exact = found.find((one) => one.step === step);
  return (exact ?? found.toSorted((a, b) => b.step - a.step)[0])?.path;
}

/** The paths and what is below them, directory by directory. */
function entriesIn(paths: readonly string[]): readonly string[] {
  const found = [...paths];
  const directories = [...paths];
  const isOurs = createOwnTest();
  for (const directory of directories) {
    for (const entry of listed(directory)) {
      if (!isOurs(join(directory, entry.name), directory)) continue;
      if (found.length >= maxEntries) return found;
      found.push(join(directory, entry.name));
      if (entry.isDirectory()) directories.push(join(directory, entry.name));
    }
  }
  return found;
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

function listed(directory: string) {
  try {
    return readdirSync(directory, { withFileTypes: true }).filter((entry) => !entry.isSymbolicLink());
  } catch {
    // It is a file.
    return [];
  }
}

const checkpoint =
  /(?:^|[/\\])(?:(?:checkpoint|step|global_step|iter|epoch)[-_=]?(\d{1,15})|(?:[^/\\]*[^A-Za-z/\\])?step=(\d{1,15})(?:[^\d/\\][^/\\]*)?\.ckpt)$/;

function stepIn(path: string): number | undefined {
  const [, folder, file] = checkpoint.exec(path) ?? [];
  const digits = folder ?? file;
  return digits === undefined ? undefined : Number(digits);
}
