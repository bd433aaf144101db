import type { BytePath } from '../files/bytePath.ts';
import type { Layer, ModelKit, Plan } from '../host/nouns.ts';
import type { OddFile } from '../pack/oddFiles.ts';
import type { Decision } from './Decision.ts';
import { notePacked, type Patience } from './Patience.ts';
import type { QuietTimes } from './QuietTimes.ts';
import type { Waiting } from './Waiting.ts';

/** What a watch knows between its looks. */
export interface WatchState {
  /** The plan of the last kit. */
  plan?: Plan;
  layers: ReadonlyMap<string, Layer>;
  digest?: string;
  count: number;
  /** What the last look decided: see `Decision`. */
  waiting: readonly Waiting[];
  held: readonly string[];
  readAhead: readonly string[];
  checkpoints: readonly BytePath[];
  quietTimes: QuietTimes;
  patience: Patience;
  odd: readonly OddFile[];
  /** Layers that were built ahead, at most once between two kits; undefined = the build failed. */
  ahead: Map<string, Layer | undefined>;
  /** The end is near: the next kit is made regardless of the pace. */
  hurries: boolean;
  /** Number of looks. */
  looks: number;
  /** Number of files in the last scan, and its duration in ms. */
  files: number;
  scanTime: number;
  /** When the last kit was committed, in ms since 1970. */
  lastKit?: number;
  /** Signature of the tree, if the last look found it complete; undefined if a plan must be made. */
  signature?: string | undefined;
  /** The memory of the last build was freed. */
  isTidy: boolean;
  /** The failure that was reported last, so that it is reported once. */
  failure: string;
}

export function createWatchState(): WatchState {
  return {
    layers: new Map(),
    count: 0,
    waiting: [],
    held: [],
    readAhead: [],
    checkpoints: [],
    quietTimes: new Map(),
    patience: new Map(),
    odd: [],
    hurries: false,
    looks: 0,
    ahead: new Map(),
    files: 0,
    scanTime: 0,
    isTidy: false,
    failure: '',
  };
}

/** Records plan and decision before a build. */
export function noteDecision(state: WatchState, plan: Plan, decision: Decision): void {
  state.files = plan.layers.reduce((sum, { files }) => sum + files.length, 0);
  state.waiting = decision.waiting;
  state.held = decision.held;
  state.readAhead = decision.readAhead;
  state.checkpoints = decision.checkpoints;
  state.quietTimes = decision.quietTimes;
  state.patience = decision.patience;
  state.odd = decision.odd;
}

/** The last versions of the layers that are held. */
export function heldLayers({ held, layers }: WatchState): ReadonlyMap<string, Layer> {
  return new Map([...layers].filter(([id]) => held.includes(id)));
}

/** Records the plan of a kit that was committed, or that is equal to the last one. */
export function remember(state: WatchState, plan: Plan, kit: ModelKit): void {
  state.quietTimes = stillWritten(plan, state);
  state.patience = notePacked(state.patience, state.odd);
  state.plan = remembered(plan, state);
  state.layers = new Map(kit.layers.map((layer) => [layer.entry.id, layer]));
  state.digest = kit.root.digest;
  for (const layer of kit.layers) if (!state.held.includes(layer.entry.id)) state.ahead.delete(layer.entry.id);
}

/** Files of held layers: all others are packed. */
function stillWritten(plan: Plan, { quietTimes, held }: WatchState): QuietTimes {
  if (held.length === 0) return new Map();
  const layers = plan.layers.filter(({ entry }) => held.includes(entry.id));
  const paths = new Set(layers.flatMap(({ files }) => files.map(({ path }) => path)));
  return new Map([...quietTimes].filter(([path]) => paths.has(path)));
}

/** The plan for the next comparison: a held layer is compared with its last version. */
function remembered(plan: Plan, state: WatchState): Plan {
  const before = new Map(state.plan?.layers.map((layer) => [layer.entry.id, layer]));
  return {
    ...plan,
    layers: plan.layers.map((layer) =>
      state.held.includes(layer.entry.id) ? (before.get(layer.entry.id) ?? layer) : layer,
    ),
  };
}

/** Records that a kit was committed; `at` in ms since 1970. */
export function noteKit(state: WatchState, at: number): void {
  state.count++;
  state.lastKit = at;
  state.hurries = false;
  state.checkpoints = [];
}
