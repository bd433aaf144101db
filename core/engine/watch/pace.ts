import { type BytePath, baseOf, parentsOf, textOf } from '../files/bytePath.ts';
import { type Above, createAbove } from '../files/createAbove.ts';
import { displayPath } from '../files/displayPath.ts';
import type { IgnoreMatcher } from '../files/ignoreMatcher.ts';
import { typeOf } from '../files/walk.ts';
import { formatsOf } from '../pack/judgeFile.ts';
import { checkpointFormatOf } from '../plan/checkpointFormatOf.ts';
import type { Change } from './changes.ts';
import type { CheckpointPlace } from './checkpoints.ts';
import type { Waiting } from './Waiting.ts';

/** How often a kit is made, if checkpoints come faster than kits are needed. */
export interface Pace {
  /** At most one kit in this time, in ms. */
  readonly interval?: number | undefined;
  /** One kit per this many new checkpoints. */
  readonly checkpoints?: number | undefined;
  /** Only changes of matching paths trigger a kit; a match is a checkpoint. */
  readonly only?: IgnoreMatcher | undefined;
}

export interface CheckpointSearch extends CheckpointPlace {
  readonly only: IgnoreMatcher | undefined;
}

/** The checkpoints among the paths that are new or changed, each once, the oldest change first. */
export function checkpointsIn(changes: readonly Change[], search: CheckpointSearch): readonly BytePath[] {
  // A directory of many files is read once.
  const above = createAbove((directory) => checkpointFormatOf(directory, search) !== undefined);
  const find = (path: BytePath) => checkpointOf(path, search, above);
  const written = changes.filter(({ fingerprint }) => fingerprint && typeOf(fingerprint.mode) === 'file');
  const byTime = written.toSorted((a, b) => Number((a.fingerprint?.mtimeNs ?? 0n) - (b.fingerprint?.mtimeNs ?? 0n)));
  return [...new Set(byTime.flatMap(({ path }) => find(path) ?? []))];
}

/**
 * The checkpoint that contains a path: a match of the pattern, a directory of a known layout, or a file of a known
 * format.
 */
function checkpointOf(
  path: BytePath,
  { only, capabilities }: CheckpointSearch,
  above: (path: BytePath) => Above,
): BytePath | undefined {
  if (only) return [...parentsOf(path), path].find((part) => only(textOf(part)));
  const directory = above(path).top;
  if (directory !== undefined) return directory;
  const name = textOf(baseOf(path));
  const known = formatsOf(name, capabilities).some(({ isCheckpoint = true }) => isCheckpoint);
  return known ? path : undefined;
}

/** What is known since the last kit. */
export interface PaceState {
  /** When the last kit was committed, in ms since 1970; undefined = there is none. */
  readonly lastKit: number | undefined;
  /** Complete checkpoints since then, oldest first. */
  readonly checkpoints: readonly BytePath[];
}

/** Undefined if a kit may be made now, else what it waits for. */
export function pausedBy(
  { interval, checkpoints }: Pace,
  { lastKit, checkpoints: seen }: PaceState,
  now: number,
): Waiting | undefined {
  if (lastKit === undefined) return undefined;
  const waiting = (reason: string, until: number): Waiting => ({ path: 'the next kit', reason, timeOnly: true, until });
  if (checkpoints !== undefined && seen.length < checkpoints)
    return waiting(`${seen.length} of ${checkpoints} checkpoints are there`, Number.POSITIVE_INFINITY);
  const until = lastKit + (interval ?? 0);
  // A clock that was set back must not hold kits for ever.
  const paused = interval !== undefined && now < until && now >= lastKit;
  return paused ? waiting(`one kit in ${interval / 1000} s`, until) : undefined;
}

export function shownCheckpoints(paths: Iterable<BytePath>): readonly string[] {
  return [...paths].map(displayPath);
}
