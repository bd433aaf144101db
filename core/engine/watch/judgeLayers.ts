import type { BytePath } from '../files/bytePath.ts';
import { type Above, createAbove } from '../files/createAbove.ts';
import { changedAt, fileVersion } from '../files/fingerprint.ts';
import { isWithin } from '../files/isWithin.ts';
import type { ReadinessAnswer } from '../host/capabilities.ts';
import type { OddFile } from '../pack/oddFiles.ts';
import { type Change, isNewDirectory, type LayerChange } from './changes.ts';
import { type ChangedCheckpoints, changedCheckpoints } from './checkpoints.ts';
import { incompleteOf } from './incompleteOf.ts';
import { isTrigger, isUnnamed } from './isTrigger.ts';
import type { Look } from './Look.ts';
import { type Patience, patienceLeft } from './Patience.ts';
import type { Waiting, WaitingOptions } from './Waiting.ts';
import { waitingFor } from './waitingFor.ts';

/** A changed layer, with what it waits for and what was waited for long enough. */
export interface JudgedLayer extends LayerChange {
  readonly waiting: readonly Waiting[];
  readonly odd: readonly OddFile[];
}

/** What each changed layer waits for. */
export function judgeLayers(changed: readonly LayerChange[], options: WaitingOptions): readonly JudgedLayer[] {
  return changed.map((layer) => ({ ...layer, waiting: waitingIn(layer, options), odd: [] }));
}

/** Logs change all the time, and their readers expect a torn last line, so they are not waited for. */
function waitingIn({ changes }: LayerChange, options: WaitingOptions): readonly Waiting[] {
  const checkpoints = changedCheckpoints(changes, options);
  const aboveComplete = createAbove((directory) => checkpoints.complete.has(directory));
  const isComplete = (path: BytePath) => aboveComplete(path).top !== undefined;
  const files = changes.filter((change) => isTrigger(change) && !isComplete(change.path));
  const waiting = files.flatMap((change) => waitingFor(change, options) ?? []);
  const directories = new Set(changes.filter(isNewDirectory).map(({ path }) => path));
  const above: PlacesAbove = {
    fresh: createAbove((directory) => directories.has(directory)),
    checkpoint: createAbove((directory) => checkpoints.directories.has(directory)),
  };
  const unnamed = changes.flatMap((change) =>
    isComplete(change.path) ? [] : (waitingForName(change, above, options) ?? []),
  );
  return [...[...waiting, ...unnamed].map((one) => inUnit(one, above, checkpoints)), ...checkpoints.waiting];
}

/** New directories above a path, and checkpoints. */
interface PlacesAbove {
  readonly fresh: (path: BytePath) => Above;
  readonly checkpoint: (path: BytePath) => Above;
}

/**
 * A file in a new directory that does not have its final name yet: what is there already is only a part of what comes.
 * safetensors writes like this.
 */
function waitingForName(
  { path, fingerprint }: Change,
  { fresh }: PlacesAbove,
  { now }: WaitingOptions,
): Waiting | undefined {
  if (!fingerprint || !isUnnamed(path) || fresh(path).top === undefined) return undefined;
  const version = { id: fileVersion(fingerprint), changed: changedAt(fingerprint) };
  return incompleteOf(path, version, unnamed, now);
}

const unnamed: ReadinessAnswer = { state: 'not-yet', reason: 'it does not have its final name yet', retryAfter: 500 };

/**
 * What belongs together is held together: a file in a checkpoint holds the checkpoint, and one in a new directory, which
 * may be a checkpoint of a writer that nobody knows, holds the directory.
 */
function inUnit(waiting: Waiting, above: PlacesAbove, { complete }: ChangedCheckpoints): Waiting {
  if (waiting.at === undefined || waiting.comesAlong) return waiting;
  const { top, nearest } = above.fresh(waiting.at);
  const isShared = top !== undefined && [...complete].some((path) => isWithin(path, top));
  const at = above.checkpoint(waiting.at).top ?? (isShared ? nearest : top);
  return at === undefined ? waiting : { ...waiting, at };
}

/** Drops what was waited for long enough. */
export function withPatience(layer: JudgedLayer, patience: Patience, { final }: Look, now: number): JudgedLayer {
  const parts = layer.waiting.map((one) => {
    const incomplete = one.version && patience.get(one.path);
    const left = incomplete ? patienceLeft(incomplete, final) : Number.POSITIVE_INFINITY;
    return { one: { ...one, until: Math.min(one.until, now + left) }, isOver: left <= 0, isNew: !incomplete?.isPacked };
  });
  return {
    ...layer,
    waiting: parts.flatMap(({ one, isOver }) => (isOver ? [] : [one])),
    odd: parts.flatMap(({ one: { path, reason }, isOver, isNew }) => (isOver && isNew ? [{ path, reason }] : [])),
  };
}
