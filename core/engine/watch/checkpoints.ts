import { posix } from 'node:path';
import { type BytePath, baseOf, bytePath, joinPath, parentsOf, textOf } from '../files/bytePath.ts';
import { displayPath } from '../files/displayPath.ts';
import { changedAt } from '../files/fingerprint.ts';
import { isWithin } from '../files/isWithin.ts';
import { typeOf } from '../files/walk.ts';
import type { CheckpointFiles, CheckpointFormat, CheckpointProgress } from '../host/capabilities.ts';
import type { Plan } from '../host/nouns.ts';
import type { Change } from './changes.ts';
import { incompleteOf } from './incompleteOf.ts';
import type { Seen } from './Seen.ts';
import type { Version, Waiting, WaitingOptions } from './Waiting.ts';

/** Where checkpoints are searched. */
export type CheckpointPlace = Pick<WaitingOptions, 'directory' | 'capabilities' | 'seen' | 'now'>;

/** The format that recognises a directory, relative to the packed one, as a checkpoint. */
export function checkpointFormatOf(path: BytePath, options: CheckpointPlace): CheckpointFormat | undefined {
  const { directory, capabilities } = options;
  const files = filesIn(joinPath(directory, path), options.seen);
  return files && capabilities.all('checkpoint').find(({ matches }) => matches(files));
}

/** Undefined if the directory was removed: an old checkpoint that was deleted is not waited for. */
function filesIn(directory: BytePath, seen: Seen): CheckpointFiles | undefined {
  const names = seen.names(directory);
  return (
    names && {
      name: textOf(baseOf(directory)),
      names: names.map(textOf),
      text: (name) => seen.text(posix.normalize(joinPath(directory, bytePath(name)))),
    }
  );
}

/** The checkpoints that are not complete yet, among the directories in which something changed. */
export function waitingForCheckpoints(changes: readonly Change[], options: WaitingOptions): readonly Waiting[] {
  const formats = options.capabilities.all('checkpoint');
  if (formats.length === 0) return [];
  const directories = new Set(changes.flatMap(directoriesOf));
  return [...directories].flatMap((path) => judge(path, formats, changes, options) ?? []);
}

/**
 * The directories that contain a path, and the path itself if it is one. Removed paths are included, because a
 * checkpoint may be half removed.
 */
function directoriesOf({ path, fingerprint }: Change): readonly BytePath[] {
  return fingerprint && typeOf(fingerprint.mode) === 'directory' ? [...parentsOf(path), path] : parentsOf(path);
}

function judge(
  path: BytePath,
  formats: readonly CheckpointFormat[],
  changes: readonly Change[],
  { directory, seen, now }: WaitingOptions,
): Waiting | undefined {
  const files = filesIn(joinPath(directory, path), seen);
  const answer = files && formats.find(({ matches }) => matches(files))?.check(files);
  if (!answer || answer.state === 'ready') return undefined;
  return incompleteOf(displayPath(path), versionOf(path, changes), answer, now);
}

/** A checkpoint has a new version whenever an entry in it, at any depth, is added, changed or removed. */
function versionOf(directory: BytePath, changes: readonly Change[]): Version {
  const inside = changes.filter(({ path }) => isWithin(path, directory));
  const files = inside.flatMap(({ fingerprint }) => fingerprint ?? []);
  const size = files.reduce((sum, file) => sum + file.size, 0);
  const changed = files.reduce((newest, file) => Math.max(newest, changedAt(file)), 0);
  return { id: [inside.length, files.length, size, changed].join(), changed };
}

/** The progress of the furthest checkpoint of a plan; undefined if none records it. */
export function progressIn(plan: Plan, place: CheckpointPlace): CheckpointProgress | undefined {
  const formats = place.capabilities.all('checkpoint').filter(({ progress }) => progress);
  if (formats.length === 0) return undefined;
  const directories = new Set(plan.layers.flatMap(({ files }) => files.flatMap(({ path }) => parentsOf(path))));
  const found = [...directories].flatMap((path) => {
    const files = filesIn(joinPath(place.directory, path), place.seen);
    return (files && formats.find(({ matches }) => matches(files))?.progress?.(files)) ?? [];
  });
  return found.reduce<CheckpointProgress | undefined>(
    (best, one) => (best && best.step >= one.step ? best : one),
    undefined,
  );
}
