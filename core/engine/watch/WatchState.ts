import type { BytePath } from '../files/bytePath.ts';
import { isWithin } from '../files/isWithin.ts';
import type { Layer, LayerCost, ModelKit, Plan } from '../host/nouns.ts';
import { countOf, sameFiles } from '../host/plannedTable.ts';
import type { OddFile } from '../pack/oddFiles.ts';
import type { Decision } from './Decision.ts';
import { layerKey } from './layerKey.ts';
import { notePacked, type Patience } from './Patience.ts';
import { packedAt, type QuietTimes } from './QuietTimes.ts';
import type { Records, Waiting } from './Waiting.ts';
import { learnRecords } from './waitingForRecords.ts';

/** What a watch knows between its looks. */
export interface WatchState {
  /** The plan of the last kit. */
  plan?: Plan;
  layers: ReadonlyMap<string, Layer>;
  /** What the last kit holds: see `lookOnce`. */
  content?: string;
  count: number;
  /** The first kit was stored before the watch began. */
  isUnchanged: boolean;
  /** What the last look decided: see `Decision`. */
  waiting: readonly Waiting[];
  held: readonly string[];
  heldPaths: ReadonlySet<BytePath>;
  changing: ReadonlySet<BytePath>;
  early: ReadonlySet<BytePath>;
  readAhead: readonly string[];
  checkpoints: readonly BytePath[];
  quietTimes: QuietTimes;
  records: Records;
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
  /** Clean paths of the layers of the last plan. */
  paths: readonly string[];
  scanTime: number;
  /** When the last kit was committed, in ms since 1970. */
  lastKit?: number;
  /** Signature of the tree, if the last look found it complete; undefined if a plan must be made. */
  signature?: string | undefined;
  /** The memory of the last build was freed. */
  isTidy: boolean;
  /** The paths that were reported last as waited for. */
  reported: string;
  /** The failure that was reported last, so that it is reported once; empty if the last look did not fail. */
  failure: string;
  /** How many looks have failed one after the other, and before when (ms since 1970) hints start no further one. */
  failures: number;
  retryAt: number;
}

export function createWatchState(): WatchState {
  return {
    layers: new Map(),
    count: 0,
    isUnchanged: false,
    waiting: [],
    held: [],
    heldPaths: new Set(),
    changing: new Set(),
    early: new Set(),
    readAhead: [],
    checkpoints: [],
    quietTimes: new Map(),
    records: new Map(),
    patience: new Map(),
    odd: [],
    hurries: false,
    looks: 0,
    ahead: new Map(),
    files: 0,
    paths: [],
    scanTime: 0,
    isTidy: false,
    reported: '',
    failure: '',
    failures: 0,
    retryAt: 0,
  };
}

/** Records plan and decision before a build. */
export function noteDecision(state: WatchState, plan: Plan, decision: Decision): void {
  state.paths = plan.layers.map(({ entry }) => entry.clean);
  state.files = plan.layers.reduce((sum, layer) => sum + countOf(layer), 0);
  state.waiting = decision.waiting;
  state.held = decision.held;
  state.heldPaths = decision.heldPaths;
  state.changing = decision.changing;
  state.early = decision.early;
  state.readAhead = decision.readAhead;
  state.checkpoints = decision.checkpoints;
  state.quietTimes = decision.quietTimes;
  state.patience = decision.patience;
  state.odd = decision.odd;
}

const keptCost: LayerCost = { reused: true, hashedBytes: 0, existed: true, changed: [], changedCount: 0 };

/** The layers that keep their last version as a whole: those of this plan that are the ones of the last plan. */
export function keptLayers(plan: Plan, state: WatchState): ReadonlyMap<string, Layer> {
  const last = new Map(state.plan?.layers.map((layer) => [layerKey(layer.entry), layer]));
  return new Map(
    plan.layers.flatMap((layer) => {
      const { entry } = layer;
      const was = last.get(layerKey(entry));
      const built = was && sameFiles(was, layer) ? state.layers.get(layerKey(entry)) : undefined;
      return built ? [[entry.id, { ...built, entry, cost: keptCost }] as const] : [];
    }),
  );
}

/** Records the plan of a kit that was committed at `now` (ms since 1970), or that is equal to the last one. */
export function remember(state: WatchState, plan: Plan, kit: ModelKit, now: number): void {
  state.quietTimes = stillWritten(state, now);
  state.patience = notePacked(state.patience, state.odd);
  state.records = learnRecords(state.records, state.plan, plan, now);
  state.plan = plan;
  state.layers = new Map(kit.layers.map((layer) => [layerKey(layer.entry), layer]));
  for (const layer of kit.layers)
    if (!state.held.includes(layerKey(layer.entry))) state.ahead.delete(layerKey(layer.entry));
}

/** The files that are held, and those that were packed while they were being written. */
function stillWritten({ quietTimes, heldPaths, changing }: WatchState, now: number): QuietTimes {
  const held = [...heldPaths];
  return new Map(
    [...quietTimes].flatMap(([path, writing]) => {
      if (changing.has(path)) return [[path, packedAt(writing, now)] as const];
      return held.some((root) => isWithin(path, root)) ? [[path, writing] as const] : [];
    }),
  );
}

/** Records that a kit was committed; `at` in ms since 1970. */
export function noteKit(state: WatchState, at: number): void {
  state.count++;
  state.lastKit = at;
  state.hurries = false;
  state.checkpoints = [];
}
