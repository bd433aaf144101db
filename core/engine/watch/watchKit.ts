import { resolve } from 'node:path';
import type { CheckpointProgress } from '../build/capabilities.ts';
import { checkContext } from '../build/collectFiles.ts';
import type { Kitwright } from '../build/createKitwright.ts';
import type { Layer, ModelKit, Plan, StoredKit } from '../build/nouns.ts';
import { type BuildGate, buildKit, commitKit, type PackOptions } from '../build/packKit.ts';
import { KitwrightError } from '../errors/KitwrightError.ts';
import { annotationNames } from '../oci/mediaTypes.ts';
import type { Reference } from '../oci/reference.ts';
import { createAlarm } from './Alarm.ts';
import { type LayerChange, planChanges, sameShape } from './changes.ts';
import { progressIn, waitingForCheckpoints } from './checkpoints.ts';
import type { Hints } from './hints.ts';
import { type Waiting, waitingFor } from './settling.ts';
import { isTrigger } from './triggers.ts';

/** Time as the watch sees it, in ms; tests bring their own. */
export interface WatchClock {
  /** Wall clock since 1970: file times are compared with it. */
  readonly now: () => number;
  readonly later: (callback: () => void, ms: number) => () => void;
}

export const systemClock: WatchClock = {
  now: Date.now,
  later: (callback, ms) => {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

/** A kit that the watch committed, and what it cost. */
export interface WatchedKit {
  readonly kit: StoredKit;
  readonly name: Reference | undefined;
  /** 1 for the first kit of this watch. */
  readonly count: number;
  /** From the beginning of the scan to the commit, in ms. */
  readonly elapsed: number;
  readonly bytesHashed: number;
  /** How far the training is, if a checkpoint says so. */
  readonly progress: CheckpointProgress | undefined;
  /** Ids of layers that kept their last version because a file is still being written. */
  readonly held: readonly string[];
}

export interface WatchOptions extends Omit<PackOptions, 'name' | 'midstates' | 'blobs' | 'annotate'> {
  readonly hints: Hints;
  readonly clock: WatchClock;
  /** How long a file must rest before it is packed, in ms. */
  readonly quiet: number;
  /** Names of the kit with this number; before the scan nothing is known of the progress. */
  readonly nameOf: (count: number, progress?: CheckpointProgress) => Reference | undefined;
  readonly onKit: (kit: WatchedKit) => void;
  readonly onWaiting: (waiting: readonly Waiting[]) => void;
  /** A build failed for a reason that may pass (an invalid Kitfile, say); the watch goes on. */
  readonly onFailure: (error: KitwrightError) => void;
  /** The first look went well, or only waits for files: a training run may start. */
  readonly onStart: () => void;
  /** Ends the watch. The reason `finish` asks for a last scan and a last kit. */
  readonly stop: AbortSignal;
}

export const finish = Symbol('finish');

/** A scan runs at least this often: fifty times its own cost, within these bounds, in ms. */
const scanFactor = 50;
const shortestPause = 2_000;
const longestPause = 60_000;
/** After a hint, others follow: one look for all of them, in ms. */
const gather = 100;
/** After a build that failed, in ms. */
const failurePause = 1_000;

interface State {
  plan?: Plan;
  layers: ReadonlyMap<string, Layer>;
  digest?: string;
  count: number;
  waiting: readonly Waiting[];
  held: readonly string[];
  /** The failure that was reported last, so that it is said once. */
  failure: string;
}

const isPassing = (error: unknown): error is KitwrightError =>
  error instanceof KitwrightError && error.code !== 'cancelled' && error.code !== 'internal-error';

/** What happens before the first kit: files that are being written, or that training has yet to make. */
const isExpected = ({ code }: KitwrightError): boolean => code === 'content-changed' || code === 'layer-path-missing';

interface Look {
  readonly kitwright: Kitwright;
  readonly options: WatchOptions;
  readonly state: State;
  readonly final: boolean;
}

const waitingIn = ({ changes }: LayerChange, plan: Plan, { kitwright, options, final }: Look): readonly Waiting[] => {
  const settling = {
    context: plan.context,
    capabilities: kitwright.capabilities,
    quiet: options.quiet,
    final,
    now: options.clock.now(),
  };
  return [
    ...changes.flatMap((change) => waitingFor(change, settling) ?? []),
    ...waitingForCheckpoints(changes, settling),
  ];
};

/** Nothing new: nothing to do. Something incomplete: its layer keeps its last version, or the first kit waits. */
const gateOf =
  (look: Look): BuildGate =>
  (plan) => {
    const { state, final } = look;
    const changed = planChanges(state.plan, plan);
    const triggers = changed.filter(
      ({ changes }) => final || !state.plan || changes.some(({ path }) => isTrigger(path)),
    );
    const waits = triggers
      .map((change) => ({ id: change.id, waiting: waitingIn(change, plan, look) }))
      .filter(({ waiting }) => waiting.length > 0);
    state.waiting = waits.flatMap(({ waiting }) => waiting);
    state.held = waits.map(({ id }) => id);
    const isNew = !sameShape(state.plan, plan);
    if (triggers.length === waits.length && !isNew) return 'nothing';
    if (state.held.some((id) => !state.layers.has(id))) return 'nothing';
    return { held: new Map(state.held.map((id) => [id, state.layers.get(id) as Layer])) };
  };

/** The plan to compare with next time: a held layer is compared with what its last version saw. */
const remembered = (plan: Plan, state: State): Plan => {
  const before = new Map(state.plan?.layers.map((layer) => [layer.entry.id, layer]));
  return {
    ...plan,
    layers: plan.layers.map((layer) =>
      state.held.includes(layer.entry.id) ? (before.get(layer.entry.id) ?? layer) : layer,
    ),
  };
};

const remember = (state: State, plan: Plan, kit: ModelKit): void => {
  state.plan = remembered(plan, state);
  state.layers = new Map(kit.layers.map((layer) => [layer.entry.id, layer]));
  state.digest = kit.root.digest;
};

const hashedIn = (kit: ModelKit, state: State): number =>
  kit.layers.filter(({ entry }) => !state.held.includes(entry.id)).reduce((sum, { cost }) => sum + cost.hashedBytes, 0);

const annotationsOf = ({ step, metrics }: CheckpointProgress): Readonly<Record<string, string>> => ({
  [annotationNames.step]: String(step),
  ...Object.fromEntries(
    Object.entries(metrics).map(([name, value]) => [`${annotationNames.metricPrefix}${name}`, String(value)]),
  ),
});

/** One look: scan, decide, build, commit. A session is announced only when something is built: an idle watch writes nothing. */
const lookOnce = async (look: Look): Promise<void> => {
  const gate = gateOf(look);
  let session: Disposable | undefined;
  const announced: BuildGate = (plan) => {
    const decision = gate(plan);
    if (decision !== 'nothing') session = look.options.store.session();
    return decision;
  };
  try {
    await buildAndCommit(look, announced);
  } finally {
    session?.[Symbol.dispose]();
  }
};

const buildAndCommit = async ({ kitwright, options, state }: Look, gate: BuildGate): Promise<void> => {
  const started = performance.now();
  const hooks = kitwright.beginBuild();
  let progress: CheckpointProgress | undefined;
  const annotate = (plan: Plan): Readonly<Record<string, string>> => {
    progress = progressIn(plan, kitwright.capabilities, options.clock.now());
    return progress ? annotationsOf(progress) : {};
  };
  const pack: PackOptions = { ...options, name: options.nameOf(state.count + 1), midstates: true, annotate };
  const built = await buildKit(kitwright, pack, hooks, gate);
  if (!built) return;
  const { plan, kit } = built;
  if (kit.root.digest === state.digest) return remember(state, plan, kit);
  const name = options.nameOf(state.count + 1, progress);
  const stored = await commitKit(kitwright, kit, { ...pack, name }, hooks);
  state.count++;
  remember(state, plan, kit);
  const elapsed = performance.now() - started;
  const { held, count } = state;
  options.onKit({ kit: stored, name, count, elapsed, bytesHashed: hashedIn(kit, state), progress, held });
};

const pauseAfter = (scanMs: number, state: State, now: number): number => {
  const regular = Math.min(longestPause, Math.max(shortestPause, scanMs * scanFactor));
  const soonest = Math.min(...state.waiting.map(({ until }) => until - now));
  return Math.max(10, Math.min(regular, soonest));
};

/** What is known to be incomplete; what merely rests is not worth a line. */
const incomplete = ({ waiting }: State): string =>
  waiting.flatMap(({ path, resting }) => (resting ? [] : [path])).join('\n');

/** Looks, and says what it waits for. Gives the time until the next look, in ms. */
const lookAndReport = async (look: Look): Promise<number> => {
  const { options, state } = look;
  const before = incomplete(state);
  const started = performance.now();
  try {
    await lookOnce(look);
  } catch (error) {
    if (!isPassing(error) || (!state.plan && !isExpected(error))) throw error;
    if (error.code !== 'content-changed' && error.message !== state.failure) options.onFailure(error);
    state.failure = error.message;
    return failurePause;
  }
  state.failure = '';
  if (before !== incomplete(state)) options.onWaiting(state.waiting.filter(({ resting }) => !resting));
  return pauseAfter(performance.now() - started, state, options.clock.now());
};

const once = (action: () => void): (() => void) => {
  let done = false;
  return () => {
    if (!done) action();
    done = true;
  };
};

/**
 * Follows a directory: a first kit, then one for every settled change, until `stop` says so. Hints only say when to look;
 * a scan decides, before every commit and at least every R seconds. Failures that may pass are reported and tried again.
 */
export const watchKit = async (kitwright: Kitwright, options: WatchOptions): Promise<number> => {
  checkContext(resolve(options.directory));
  const state: State = { layers: new Map(), count: 0, waiting: [], held: [], failure: '' };
  const alarm = createAlarm(options.clock.later);
  const rest = createAlarm(options.clock.later);
  options.hints.onHint(alarm.ring);
  options.stop.addEventListener('abort', () => {
    alarm.ring();
    rest.ring();
  });
  const start = once(options.onStart);
  while (!options.stop.aborted) {
    const pause = await lookAndReport({ kitwright, options, state, final: false });
    start();
    if (options.stop.aborted) break;
    await alarm.wait(pause);
    if (!options.stop.aborted) await rest.wait(gather);
  }
  if (options.stop.reason === finish) await lookAndReport({ kitwright, options, state, final: true });
  return state.count;
};
