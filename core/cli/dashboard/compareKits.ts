import type { KitEventLayer, MetricValue } from '../watching/WatchEvent.ts';
import { layerName } from './layerName.ts';
import type { TimelineKit } from './Summary.ts';

export interface KitDifference {
  readonly layers: readonly LayerDifference[];
  readonly metrics: readonly MetricDifference[];
}

/** A layer in two kits. */
export interface LayerDifference {
  readonly path: string;
  readonly state: 'same' | 'changed' | 'added' | 'removed';
  readonly before: KitEventLayer | undefined;
  readonly after: KitEventLayer | undefined;
  /** Paths that the kits in between say have changed; at most some. */
  readonly changed: readonly string[];
}

export interface MetricDifference {
  readonly metric: string;
  readonly before: MetricValue | undefined;
  readonly after: MetricValue | undefined;
}

/** What differs between the kits `from` and `to`, indexes of `kits` in any order. */
export function compareKits(kits: readonly TimelineKit[], from: number, to: number): KitDifference {
  const [a, b] = [kits[from]?.event, kits[to]?.event];
  const between = kits.slice(Math.min(from, to) + 1, Math.max(from, to) + 1);
  const ids = new Set([...(a?.layers ?? []), ...(b?.layers ?? [])].map(layerName));
  const layers = [...ids].map((id): LayerDifference => {
    const before = a?.layers.find((layer) => layerName(layer) === id);
    const after = b?.layers.find((layer) => layerName(layer) === id);
    const state = stateOf(before, after);
    const changed = state === 'changed' ? changedBetween(between, id) : [];
    return { path: (after ?? before)?.path ?? id, state, before, after, changed };
  });
  const names = new Set([...Object.keys(a?.metrics ?? {}), ...Object.keys(b?.metrics ?? {})]);
  const metrics = [...names]
    .sort()
    .map((metric) => ({ metric, before: a?.metrics[metric], after: b?.metrics[metric] }));
  return { layers, metrics };
}

function stateOf(before: KitEventLayer | undefined, after: KitEventLayer | undefined): LayerDifference['state'] {
  if (!before) return 'added';
  if (!after) return 'removed';
  return before.digest === after.digest ? 'same' : 'changed';
}

/** Changed paths that are named for one layer. */
const shown = 50;

function changedBetween(kits: readonly TimelineKit[], id: string): readonly string[] {
  const paths = kits.flatMap(({ event }) =>
    event.layers.filter((layer) => layerName(layer) === id).flatMap((l) => l.changed),
  );
  return [...new Set(paths)].sort().slice(0, shown);
}
