import { parentsOf } from '../files/bytePath.ts';
import type { OddFile } from '../pack/oddFiles.ts';
import type { LayerChange } from './changes.ts';
import { changedCheckpoints } from './checkpoints.ts';
import { isTrigger } from './isTrigger.ts';
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
  const isComplete = (path: string) => parentsOf(path).some((parent) => checkpoints.complete.has(parent));
  const files = changes.flatMap((change) =>
    isTrigger(change.path) ? (waitingFor(change, isComplete(change.path), options) ?? []) : [],
  );
  return [...files, ...checkpoints.waiting];
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
