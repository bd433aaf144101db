import type { CheckpointProgress } from '../host/capabilities.ts';
import type { ModelKit, Plan } from '../host/nouns.ts';
import { annotationNames } from '../oci/mediaTypes.ts';
import { type BuildGate, buildKit, commitKit, type PackOptions } from '../pack/packKit.ts';
import { buildAhead, withCosts } from './buildAhead.ts';
import { progressIn } from './checkpoints.ts';
import { decide, placeOf } from './decide.ts';
import type { Look } from './Look.ts';
import { shownCheckpoints } from './pace.ts';
import { remember, type WatchState } from './WatchState.ts';

/**
 * One look: scan, decide, build, commit; says whether a kit was committed. A session is announced only when something
 * is built: an idle watch writes nothing.
 */
export async function lookOnce(look: Look): Promise<boolean> {
  const gate = decide(look);
  let session: Disposable | undefined;
  const announced: BuildGate = (plan) => {
    const decision = gate(plan);
    if (decision !== 'nothing') session = look.options.store.session();
    return decision;
  };
  try {
    return await buildAndCommit(look, announced);
  } finally {
    session?.[Symbol.dispose]();
  }
}

async function buildAndCommit(look: Look, gate: BuildGate): Promise<boolean> {
  const { kitwright, options, state } = look;
  const started = performance.now();
  const hooks = kitwright.beginBuild();
  let measured: CheckpointProgress | undefined;
  let progress: CheckpointProgress | undefined;
  let scanned: Plan | undefined;
  // Measured right after the scan: by the time of the commit the training is further than what is packed.
  const measuring: BuildGate = (plan) => {
    const decision = gate(plan);
    scanned = plan;
    if (decision !== 'nothing') measured = options.measured?.();
    return decision;
  };
  const annotate = (plan: Plan): Readonly<Record<string, string>> => {
    progress = progressOf(plan, look, measured);
    return progress ? annotationsOf(progress) : {};
  };
  const distrust = look.request === 'everything';
  const pack: PackOptions = {
    ...options,
    name: options.nameOf(state.count + 1),
    midstates: true,
    annotate,
    distrust,
    scan: look.scan.layers,
  };
  const built = await buildKit(kitwright, pack, hooks, measuring);
  if (!built) {
    if (scanned) await buildAhead(look, scanned, pack);
    return false;
  }
  const { plan } = built;
  const kit = withCosts(built.kit, state);
  forgetQuietTimes(plan, state);
  if (kit.root.digest === state.digest) {
    remember(state, plan, kit);
    return false;
  }
  const name = options.nameOf(state.count + 1, progress);
  const stored = await commitKit(kitwright, kit, { ...pack, name }, hooks);
  state.count++;
  remember(state, plan, kit);
  const { held, count } = state;
  const skipped = skippedIn(state);
  state.lastKit = options.clock.now();
  state.checkpoints.clear();
  const elapsed = performance.now() - started;
  options.onKit({ kit: stored, name, count, elapsed, bytesHashed: hashedIn(kit, state), progress, held, skipped });
  await buildAhead(look, plan, pack);
  return true;
}

/** What checkpoints say of themselves, and what a file of measurements adds. */
function progressOf(plan: Plan, look: Look, measured: CheckpointProgress | undefined): CheckpointProgress | undefined {
  const own = progressIn(plan, placeOf(plan, look));
  if (!own || !measured) return own ?? measured;
  return { step: Math.max(own.step, measured.step), metrics: { ...own.metrics, ...measured.metrics } };
}

function annotationsOf({ step, metrics }: CheckpointProgress): Readonly<Record<string, string>> {
  return {
    [annotationNames.step]: String(step),
    ...Object.fromEntries(
      Object.entries(metrics).map(([name, value]) => [`${annotationNames.metricPrefix}${name}`, String(value)]),
    ),
  };
}

function forgetQuietTimes(plan: Plan, { quietTimes, held }: WatchState): void {
  for (const { entry, files } of plan.layers)
    if (!held.includes(entry.id)) for (const { path } of files) quietTimes.forget(path);
}

/** The names of checkpoints that get no kit of their own: all but the newest. */
function skippedIn({ checkpoints, lastKit }: WatchState): readonly string[] {
  return lastKit === undefined ? [] : shownCheckpoints([...checkpoints].slice(0, -1));
}

function hashedIn(kit: ModelKit, state: WatchState): number {
  return kit.layers
    .filter(({ entry }) => !state.held.includes(entry.id))
    .reduce((sum, { cost }) => sum + cost.hashedBytes, 0);
}
