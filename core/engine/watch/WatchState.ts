import type { BytePath } from '../files/bytePath.ts';
import type { Layer, ModelKit, Plan } from '../host/nouns.ts';
import { createQuietTimes, type QuietTimes } from './QuietTimes.ts';
import type { Waiting } from './waitingFor.ts';

/** What a watch knows between its looks. */
export interface WatchState {
  /** What the last kit saw. */
  plan?: Plan;
  layers: ReadonlyMap<string, Layer>;
  digest?: string;
  count: number;
  waiting: readonly Waiting[];
  held: readonly string[];
  /** Of these, the layers that may be built ahead. */
  readAhead: readonly string[];
  /** Layers that were built ahead, once between two kits; undefined = that came to nothing. */
  ahead: Map<string, Layer | undefined>;
  /** Files of the last scan, and how long it took in ms. */
  files: number;
  scanTime: number;
  /** When the last kit was committed, in ms since 1970. */
  lastKit?: number;
  /** Complete checkpoints since then, oldest first. */
  checkpoints: Set<BytePath>;
  /** Of the tree that the last look found complete; undefined if it has to be looked at again. */
  signature?: string | undefined;
  /** The memory of the last build was given back. */
  isTidy: boolean;
  readonly quietTimes: QuietTimes;
  /** The failure that was reported last, so that it is said once. */
  failure: string;
}

export function createWatchState(): WatchState {
  return {
    layers: new Map(),
    count: 0,
    waiting: [],
    held: [],
    readAhead: [],
    ahead: new Map(),
    files: 0,
    scanTime: 0,
    isTidy: false,
    checkpoints: new Set(),
    quietTimes: createQuietTimes(),
    failure: '',
  };
}

/** Notes what a kit saw, whether it was committed or equal to the last one. */
export function remember(state: WatchState, plan: Plan, kit: ModelKit): void {
  state.plan = remembered(plan, state);
  state.layers = new Map(kit.layers.map((layer) => [layer.entry.id, layer]));
  state.digest = kit.root.digest;
  for (const layer of kit.layers) if (!state.held.includes(layer.entry.id)) state.ahead.delete(layer.entry.id);
}

/** The plan to compare with next time: a held layer is compared with what its last version saw. */
function remembered(plan: Plan, state: WatchState): Plan {
  const before = new Map(state.plan?.layers.map((layer) => [layer.entry.id, layer]));
  return {
    ...plan,
    layers: plan.layers.map((layer) =>
      state.held.includes(layer.entry.id) ? (before.get(layer.entry.id) ?? layer) : layer,
    ),
  };
}
