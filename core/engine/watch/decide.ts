import { textOf } from '../files/bytePath.ts';
import type { Layer, Plan } from '../host/nouns.ts';
import type { BuildGate } from '../pack/packKit.ts';
import { type LayerChange, planChanges, sameShape } from './changes.ts';
import { type CheckpointPlace, waitingForCheckpoints } from './checkpoints.ts';
import { isTrigger } from './isTrigger.ts';
import type { Look } from './Look.ts';
import { checkpointsIn, pausedBy } from './pace.ts';
import { type Waiting, type WaitingOptions, waitingFor } from './waitingFor.ts';

/**
 * Decides after a scan what is built. Nothing new: nothing. Something incomplete: its layer keeps its last version, or
 * the first kit waits. Too soon after the last kit: nothing yet.
 */
export function decide(look: Look): BuildGate {
  return (plan) => {
    const { state } = look;
    state.files = plan.layers.reduce((sum, { files }) => sum + files.length, 0);
    // What is not trusted is compared with nothing: all of it is judged, and read again.
    const last = look.request === 'everything' ? undefined : state.plan;
    const triggers = triggersIn(planChanges(last, plan), plan, look);
    const waits = triggers.filter(({ waiting }) => waiting.length > 0);
    state.waiting = waits.flatMap(({ waiting }) => waiting);
    state.held = waits.map(({ change }) => change.id);
    state.readAhead = waits
      .filter(({ waiting }) => waiting.every(({ mayReadAhead }) => mayReadAhead))
      .map(({ change }) => change.id);
    const isNew = !sameShape(state.plan, plan);
    if (triggers.length === waits.length && !isNew) return 'nothing';
    if (state.held.some((id) => !state.layers.has(id))) return 'nothing';
    const pause = paced(triggers, plan, look);
    if (pause && !isNew) {
      state.waiting = [...state.waiting, pause];
      return 'nothing';
    }
    return { held: new Map(state.held.map((id) => [id, state.layers.get(id) as Layer])) };
  };
}

interface Trigger {
  readonly change: LayerChange;
  readonly waiting: readonly Waiting[];
}

/** The layers whose changes ask for a kit, each with the files that it waits for. */
function triggersIn(changed: readonly LayerChange[], plan: Plan, look: Look): readonly Trigger[] {
  const { state, final, options } = look;
  const waiting = waitingOptionsOf(plan, look);
  const asks = ({ changes }: LayerChange) =>
    changes.some(({ path }) => isTrigger(path) && (options.pace?.only?.(textOf(path)) ?? true));
  const isAsked = look.request === 'now' || look.request === 'everything';
  return changed
    .filter((change) => final || isAsked || !state.plan || asks(change))
    .map((change) => ({ change, waiting: waitingIn(change, waiting) }));
}

function waitingOptionsOf(plan: Plan, look: Look): WaitingOptions {
  return {
    ...placeOf(plan, look),
    quiet: look.options.quiet,
    ignoresQuietTime: look.final || look.request === 'now',
    quietTimes: look.state.quietTimes,
  };
}

export function placeOf(plan: Plan, { kitwright, options, scan }: Look): CheckpointPlace {
  return {
    directory: plan.directory,
    capabilities: kitwright.capabilities,
    seen: scan.seen(),
    now: options.clock.now(),
  };
}

/** Logs are never quiet, and who reads them is used to a last line that is torn: nobody waits for them. */
function waitingIn({ changes }: LayerChange, options: WaitingOptions): readonly Waiting[] {
  return [
    ...changes.flatMap((change) => (isTrigger(change.path) ? (waitingFor(change, options) ?? []) : [])),
    ...waitingForCheckpoints(changes, options),
  ];
}

/** Counts the complete checkpoints, and says whether their pace allows a kit. */
function paced(triggers: readonly Trigger[], plan: Plan, look: Look): Waiting | undefined {
  const { options, state, final, request } = look;
  const { pace = {} } = options;
  const search = { ...placeOf(plan, look), only: pace.only };
  const complete = triggers.filter(({ waiting }) => waiting.length === 0);
  for (const { change } of complete)
    for (const path of checkpointsIn(change.changes, search)) {
      // The newest stands last, also when it was written again.
      state.checkpoints.delete(path);
      state.checkpoints.add(path);
    }
  if (final || request || !state.plan) return undefined;
  return pausedBy(pace, { lastKit: state.lastKit, checkpoints: state.checkpoints }, search.now);
}
