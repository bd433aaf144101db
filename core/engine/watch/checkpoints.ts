import { posix } from 'node:path';
import { type BytePath, baseOf, bytePath, joinPath, parentsOf, textOf } from '../files/bytePath.ts';
import { displayPath } from '../files/displayPath.ts';
import { changedAt, readFingerprint } from '../files/fingerprint.ts';
import { targetFingerprint } from '../files/followPath.ts';
import { typeOf } from '../files/walk.ts';
import type { CheckpointFiles, CheckpointFormat, CheckpointProgress, ReadinessAnswer } from '../host/capabilities.ts';
import type { Plan } from '../host/nouns.ts';
import type { Change } from './changes.ts';
import type { Waiting, WaitingOptions } from './Waiting.ts';
import { brokenRetry } from './waitingFor.ts';

/** Where checkpoints are looked for. */
export type CheckpointPlace = Pick<WaitingOptions, 'directory' | 'capabilities' | 'seen' | 'now'>;

/** The format that takes a directory, relative to the packed one, for a checkpoint. */
export function checkpointFormatOf(path: BytePath, options: CheckpointPlace): CheckpointFormat | undefined {
  const { directory, capabilities } = options;
  const files = filesIn(joinPath(directory, path), options);
  return files && capabilities.all('checkpoint').find(({ matches }) => matches(files));
}

/** Undefined where the directory is gone: a checkpoint that was rotated away is nobody's business. */
function filesIn(
  directory: BytePath,
  { seen, now }: Pick<WaitingOptions, 'seen' | 'now'>,
): CheckpointFiles | undefined {
  const names = seen.names(directory);
  return (
    names && {
      name: textOf(baseOf(directory)),
      names: names.map(textOf),
      text: (name) => seen.text(posix.normalize(joinPath(directory, bytePath(name)))),
      // Asked for by few, and not cheap: every file is looked at.
      get unchangedFor() {
        return now - newestIn(directory, names, now);
      },
    }
  );
}

/** Time of the last change of a directory or in it, in ms since 1970. What vanishes meanwhile is a change. */
function newestIn(directory: BytePath, names: readonly BytePath[], now: number): number {
  return [directory, ...names.map((name) => joinPath(directory, name))].reduce((newest, path) => {
    const fingerprint = targetFingerprint(path) ?? readFingerprint(path);
    return Math.max(newest, fingerprint ? changedAt(fingerprint) : now);
  }, 0);
}

/** The checkpoints, among the directories in which something changed, that their writers have not ended yet. */
export function waitingForCheckpoints(changes: readonly Change[], options: WaitingOptions): readonly Waiting[] {
  const formats = options.capabilities.all('checkpoint');
  if (formats.length === 0) return [];
  const directories = new Set(changes.flatMap(directoriesOf));
  return [...directories].flatMap((path) => judge(path, formats, options));
}

/**
 * The directories that a path lies in, and itself if it is one. What is gone counts too: a checkpoint may be half
 * removed.
 */
function directoriesOf({ path, fingerprint }: Change): readonly BytePath[] {
  return fingerprint && typeOf(fingerprint.mode) === 'directory' ? [...parentsOf(path), path] : parentsOf(path);
}

/**
 * A checkpoint in which nothing moves for so long (ms) was given up by its writer; it must not hold its layer for ever.
 */
const givenUp = 600_000;

function judge(path: BytePath, formats: readonly CheckpointFormat[], options: WaitingOptions): readonly Waiting[] {
  const files = filesIn(joinPath(options.directory, path), options);
  const format = files && formats.find(({ matches }) => matches(files));
  if (!format || files.unchangedFor > givenUp) return [];
  return waitingOf(path, format.check(files), options.now);
}

function waitingOf(path: BytePath, answer: ReadinessAnswer, now: number): readonly Waiting[] {
  if (answer.state === 'ready') return [];
  const shown = displayPath(path);
  if (answer.state === 'not-yet')
    return [{ path: shown, reason: answer.reason, timeOnly: false, until: now + answer.retryAfter }];
  return [{ path: shown, reason: `it is broken: ${answer.reason}`, timeOnly: false, until: now + brokenRetry }];
}

/** How far the training is by the furthest checkpoint of a plan; undefined if none says so. */
export function progressIn(plan: Plan, place: CheckpointPlace): CheckpointProgress | undefined {
  const formats = place.capabilities.all('checkpoint').filter(({ progress }) => progress);
  if (formats.length === 0) return undefined;
  const directories = new Set(plan.layers.flatMap(({ files }) => files.flatMap(({ path }) => parentsOf(path))));
  const found = [...directories].flatMap((path) => {
    const files = filesIn(joinPath(place.directory, path), place);
    return (files && formats.find(({ matches }) => matches(files))?.progress?.(files)) ?? [];
  });
  return found.reduce<CheckpointProgress | undefined>(
    (best, one) => (best && best.step >= one.step ? best : one),
    undefined,
  );
}
