import { type BytePath, baseOf, joinPath, textOf } from '../files/bytePath.ts';
import { createAbove, directoriesAbove } from '../files/createAbove.ts';
import { changedAt } from '../files/fingerprint.ts';
import { typeOf } from '../files/walk.ts';
import type { CheckpointFormat, CheckpointProgress, ReadinessAnswer } from '../host/capabilities.ts';
import { checkedAnswer } from '../host/checkedAnswer.ts';
import type { CapabilitySet } from '../host/createCapabilities.ts';
import type { Plan, PlannedLayer } from '../host/nouns.ts';
import { perPaths } from '../host/plannedTable.ts';
import { checkpointFiles } from '../plan/checkpointFormatOf.ts';
import type { Change } from './changes.ts';
import { incompleteOf } from './incompleteOf.ts';
import type { Version, Waiting, WaitingOptions } from './Waiting.ts';

/** Where checkpoints are searched. */
export type CheckpointPlace = Pick<WaitingOptions, 'directory' | 'capabilities' | 'seen' | 'now'>;

/** The checkpoints among the directories in which something changed. */
export interface ChangedCheckpoints {
  readonly directories: ReadonlySet<BytePath>;
  /** Those that are not complete yet. */
  readonly waiting: readonly Waiting[];
  /** Those that are complete and new: in them no older marker can be taken for a new one. */
  readonly complete: ReadonlySet<BytePath>;
}

export function changedCheckpoints(changes: readonly Change[], options: WaitingOptions): ChangedCheckpoints {
  const formats = options.capabilities.all('checkpoint');
  if (formats.length === 0) return { directories: new Set(), waiting: [], complete: new Set() };
  const fresh = new Set(changes.flatMap(({ path, isNew }) => (isNew ? [path] : [])));
  const answers = new Map<BytePath, ReadinessAnswer>();
  for (const path of directoriesOf(changes)) {
    const answer = answerOf(path, formats, options);
    if (answer) answers.set(path, answer);
  }
  const within = changesWithin(changes, (path) => answers.has(path));
  const judged = [...answers].map(([path, answer]) => {
    const inside = within.get(path) ?? [];
    const version = versionOf(inside);
    const waiting = options.isMarked(path, version.changed)
      ? undefined
      : incompleteOf(path, version, answer, options.now);
    return { path, waiting: waiting && isRemoved(inside) ? { ...waiting, ...beingRemoved } : waiting };
  });
  return {
    directories: new Set(judged.map(({ path }) => path)),
    waiting: judged.flatMap(({ waiting }) => waiting ?? []),
    complete: new Set(judged.flatMap(({ path, waiting }) => (!waiting && fresh.has(path) ? [path] : []))),
  };
}

/**
 * The directories that contain what changed, and those that changed. Removed paths are included, because a checkpoint may
 * be half removed.
 */
function directoriesOf(changes: readonly Change[]): ReadonlySet<BytePath> {
  // What lies in a directory has it above itself.
  return directoriesAbove(
    changes.map(({ path, fingerprint }) =>
      fingerprint && typeOf(fingerprint.mode) === 'directory' ? `${path}/` : path,
    ),
  );
}

/** The changes in each of some directories, itself included, found in one pass. */
function changesWithin(
  changes: readonly Change[],
  has: (directory: BytePath) => boolean,
): ReadonlyMap<BytePath, readonly Change[]> {
  const found = new Map<BytePath, Change[]>();
  const above = createAbove(has);
  for (const change of changes) {
    // Itself too, as if something lay in it.
    for (let path = above(`${change.path}/`).nearest; path !== undefined; path = above(path).nearest) {
      const inside = found.get(path);
      if (inside) inside.push(change);
      else found.set(path, [change]);
    }
  }
  return found;
}

const beingRemoved: Pick<Waiting, 'reason' | 'timeOnly'> = { reason: 'it is being removed', timeOnly: true };

/** Did files in it only vanish? Then nobody writes what it lacks. */
function isRemoved(inside: readonly Change[]): boolean {
  return inside.every(({ fingerprint }) => !fingerprint || typeOf(fingerprint.mode) === 'directory');
}

/** Undefined if the directory is no checkpoint. */
function answerOf(
  path: BytePath,
  formats: readonly CheckpointFormat[],
  { directory, capabilities, seen }: WaitingOptions,
): ReadinessAnswer | undefined {
  const files = checkpointFiles(joinPath(directory, path), seen);
  const format = files && formats.find(({ matches }) => matches(files));
  return (
    format &&
    checkedAnswer(format.check(files), {
      plugin: capabilities.pluginOf('checkpoint', format.id),
      what: `checkpoint ${format.id}.check`,
    })
  );
}

/** A checkpoint has a new version whenever an entry in it, at any depth, is added, changed or removed. */
function versionOf(inside: readonly Change[]): Version {
  const files = inside.flatMap(({ fingerprint }) => fingerprint ?? []);
  const size = files.reduce((sum, file) => sum + file.size, 0);
  const changed = files.reduce((newest, file) => Math.max(newest, changedAt(file)), 0);
  return { id: [inside.length, files.length, size, changed].join(), changed };
}

/** The progress of the furthest checkpoint of a plan; undefined if none records it. */
export function progressIn(plan: Plan, place: CheckpointPlace): CheckpointProgress | undefined {
  const found = [...progressOfDirectories(plan, place), ...progressOfFiles(plan, place)];
  return found.reduce<CheckpointProgress | undefined>(
    (best, one) => (best && best.step >= one.step ? best : one),
    undefined,
  );
}

function progressOfDirectories({ layers }: Plan, place: CheckpointPlace): readonly CheckpointProgress[] {
  const formats = place.capabilities.all('checkpoint').filter(({ progress }) => progress);
  if (formats.length === 0) return [];
  const directories = new Set(layers.flatMap(directoriesIn));
  return [...directories].flatMap((path) => {
    const files = checkpointFiles(joinPath(place.directory, path), place.seen);
    return (files && formats.find(({ matches }) => matches(files))?.progress?.(files)) ?? [];
  });
}

const directoriesIn = perPaths((paths): readonly BytePath[] => [...directoriesAbove(paths)]);

/** Some writers put the step into the name of the file. */
function progressOfFiles({ layers }: Plan, { capabilities }: CheckpointPlace): readonly CheckpointProgress[] {
  const told = progressOfNames.get(capabilities) ?? perPaths((paths) => progressOfPaths(paths, capabilities));
  progressOfNames.set(capabilities, told);
  return layers.flatMap(told);
}

/** The names of a large layer are mostly those of the last look. */
const progressOfNames = new WeakMap<CapabilitySet, (layer: PlannedLayer) => readonly CheckpointProgress[]>();

function progressOfPaths(paths: readonly BytePath[], capabilities: CapabilitySet): readonly CheckpointProgress[] {
  const formats = capabilities.all('readiness').filter(({ progress }) => progress);
  if (formats.length === 0) return [];
  const names = paths.values().map((path) => textOf(baseOf(path)));
  const progress = names.map((name) => formats.find(({ matches }) => matches(name))?.progress?.(name));
  return [...progress.filter((found) => found !== undefined)];
}
