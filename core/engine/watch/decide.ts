import { type BytePath, textOf } from '../files/bytePath.ts';
import { changedAt } from '../files/fingerprint.ts';
import { typeOf } from '../files/walk.ts';
import type { Plan } from '../host/nouns.ts';
import type { OddFile } from '../pack/oddFiles.ts';
import { type LayerChange, planChanges, sameShape } from './changes.ts';
import { waitingForCheckpoints } from './checkpoints.ts';
import type { Decision } from './Decision.ts';
import { isTrigger } from './isTrigger.ts';
import { type Look, placeOf } from './Look.ts';
import { learnPatience, type Patience, patienceLeft } from './Patience.ts';
import { checkpointsIn, pausedBy } from './pace.ts';
import { learnQuietTimes, type Written } from './QuietTimes.ts';
import type { Waiting, WaitingOptions } from './Waiting.ts';
import { waitingFor } from './waitingFor.ts';

/**
 * Decides after a scan what is built, without side effects. If nothing is new, nothing. If something is incomplete, its
 * layer keeps its last version, or the first kit waits. If it is too early for another kit, nothing yet.
 */
export function decide(look: Look, plan: Plan): Decision {
  const { state } = look;
  const changed = changedLayers(look, plan);
  const quietTimes = learnQuietTimes(state.quietTimes, changed.flatMap(writtenIn));
  const options = waitingOptionsOf(look, plan);
  const found = judge(changed, { ...options, quietTimes });
  const waitingNow = found.flatMap(({ waiting }) => waiting);
  const patience = learnPatience(state.patience, waitingNow, options.now, state.looks === 0);
  const judged = found.map((layer) => withPatience(layer, patience, look, options.now));
  const waits = judged.filter(({ waiting }) => waiting.length > 0);
  const held = idsOf(waits);
  const decided = {
    waiting: waits.flatMap(({ waiting }) => waiting),
    held,
    readAhead: idsOf(waits.filter(({ waiting }) => waiting.every(({ mayReadAhead }) => mayReadAhead))),
    odd: judged.filter(({ waiting }) => waiting.length === 0).flatMap(({ odd }) => odd),
    patience,
    quietTimes,
    checkpoints: state.checkpoints,
  };
  const isNew = !sameShape(state.plan, plan);
  const isNothing = judged.length === waits.length && !isNew;
  if (isNothing || held.some((id) => !state.layers.has(id))) return { ...decided, builds: false };
  const checkpoints = withNew(state.checkpoints, completeCheckpoints(judged, look, plan));
  const pause = isNew ? undefined : pauseOf(look, checkpoints);
  const waiting = pause ? [...decided.waiting, pause] : decided.waiting;
  return { ...decided, checkpoints, waiting, builds: !pause };
}

/** The layers with changes that trigger a kit. */
function changedLayers({ state, final, options, request }: Look, plan: Plan): readonly LayerChange[] {
  // If fingerprints are not trusted, all files count as changed, and all are checked and read again.
  const changed = planChanges(request === 'everything' ? undefined : state.plan, plan);
  if (final || request === 'now' || request === 'everything' || !state.plan) return changed;
  const { only = () => true } = options.pace ?? {};
  return changed.filter(({ changes }) => changes.some(({ path }) => isTrigger(path) && only(textOf(path))));
}

/** The files of a layer that may still be written, as the scan saw them. */
function writtenIn({ changes }: LayerChange): readonly (readonly [BytePath, Written])[] {
  return changes.flatMap(({ path, fingerprint }) =>
    fingerprint && typeOf(fingerprint.mode) === 'file' && isTrigger(path)
      ? [[path, { ino: fingerprint.ino, size: fingerprint.size, changed: changedAt(fingerprint) }] as const]
      : [],
  );
}

function waitingOptionsOf(look: Look, plan: Plan): Omit<WaitingOptions, 'quietTimes'> {
  const ignoresQuietTime = look.final || look.request === 'now';
  return { ...placeOf(look, plan), quiet: look.options.quiet, ignoresQuietTime };
}

/** A changed layer, with what it waits for and what was waited for long enough. */
interface JudgedLayer extends LayerChange {
  readonly waiting: readonly Waiting[];
  readonly odd: readonly OddFile[];
}

function judge(changed: readonly LayerChange[], options: WaitingOptions): readonly JudgedLayer[] {
  return changed.map((layer) => ({ ...layer, waiting: waitingIn(layer, options), odd: [] }));
}

/** Drops what was waited for long enough. */
function withPatience(layer: JudgedLayer, patience: Patience, { final }: Look, now: number): JudgedLayer {
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

/** Logs change all the time, and their readers expect a torn last line, so they are not waited for. */
function waitingIn({ changes }: LayerChange, options: WaitingOptions): readonly Waiting[] {
  return [
    ...changes.flatMap((change) => (isTrigger(change.path) ? (waitingFor(change, options) ?? []) : [])),
    ...waitingForCheckpoints(changes, options),
  ];
}

function idsOf(layers: readonly LayerChange[]): readonly string[] {
  return layers.map(({ id }) => id);
}

function completeCheckpoints(judged: readonly JudgedLayer[], look: Look, plan: Plan): readonly BytePath[] {
  const search = { ...placeOf(look, plan), only: look.options.pace?.only };
  return judged.filter(({ waiting }) => waiting.length === 0).flatMap(({ changes }) => checkpointsIn(changes, search));
}

/** The newest is last, also if it was written again. */
function withNew(known: readonly BytePath[], found: readonly BytePath[]): readonly BytePath[] {
  const last = [...new Set(found.toReversed())].toReversed();
  return [...known.filter((path) => !last.includes(path)), ...last];
}

/** What the next kit waits for, if it is too early for one. */
function pauseOf({ options, state, final, request }: Look, checkpoints: readonly BytePath[]): Waiting | undefined {
  if (final || request || state.hurries || !state.plan) return undefined;
  return pausedBy(options.pace ?? {}, { lastKit: state.lastKit, checkpoints }, options.clock.now());
}
