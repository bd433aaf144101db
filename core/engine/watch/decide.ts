import { type BytePath, baseOf, joinPath, textOf } from '../files/bytePath.ts';
import { changedAt, type Fingerprint, fileId } from '../files/fingerprint.ts';
import { isWithin } from '../files/isWithin.ts';
import { typeOf } from '../files/walk.ts';
import type { Plan } from '../host/nouns.ts';
import { namesOf } from '../host/plannedTable.ts';
import { type Change, isNewDirectory, type LayerChange, planChanges, sameShape } from './changes.ts';
import type { Decision } from './Decision.ts';
import { isTemporary, isTrigger } from './isTrigger.ts';
import { type JudgedLayer, judgeLayers, withPatience } from './judgeLayers.ts';
import { type Look, placeOf } from './Look.ts';
import { layerKey } from './layerKey.ts';
import { isMarkedAt } from './Mark.ts';
import { learnPatience } from './Patience.ts';
import { checkpointsIn, pausedBy } from './pace.ts';
import { partialPlan } from './partialPlan.ts';
import { learnQuietTimes, type Written } from './QuietTimes.ts';
import type { Waiting, WaitingOptions } from './Waiting.ts';
import { fileKindOf } from './waitingFor.ts';

/**
 * Decides after a scan what is built, without side effects. If nothing is new, nothing. What is incomplete keeps its
 * last version, or is left out; what is complete beside it does not wait for it. If it is too early for another kit,
 * nothing yet.
 */
export function decide(look: Look, plan: Plan): Decision {
  const { state } = look;
  // If fingerprints are not trusted, all files count as changed, and all are checked and read again.
  const all = withOwn(planChanges(look.request === 'everything' ? undefined : state.plan, plan), look);
  const changed = takesAll(look) ? all : all.filter(({ changes }) => changes.some(triggering(look)));
  const quietTimes = learnQuietTimes(state.quietTimes, changed.flatMap(writtenIn));
  const options = { ...waitingOptionsOf(look, plan), quietTimes, records: state.records };
  const found = judgeLayers(changed, options);
  const waitingNow = found.flatMap(({ waiting }) => waiting);
  const patience = learnPatience(state.patience, waitingNow, options.now, state.looks === 0);
  const judged = found.map((layer) => withPatience(layer, patience, look, options.now));
  const waiting = judged.flatMap((layer) => layer.waiting);
  const heldPaths = new Set([...pathsOf(waiting, isHolding), ...temporaryIn(all, look, options)]);
  const waits = judged.filter((layer) => layer.waiting.some(isHolding));
  const decided = {
    plan: partialPlan(plan, state.plan, heldPaths),
    waiting,
    heldPaths,
    held: idsOf(waits),
    readAhead: idsOf(waits.filter((layer) => layer.waiting.every(({ mayReadAhead }) => mayReadAhead))),
    changing: changingIn(judged, heldPaths, options),
    odd: judged.flatMap(({ odd }) => odd),
    patience,
    quietTimes,
    checkpoints: state.checkpoints,
    early: state.looks === 0 ? pathsOf(waitingNow, () => true) : state.early,
  };
  const complete = judged.map((layer) => ({ ...layer, changes: layer.changes.filter(isComplete(layer, heldPaths)) }));
  const isNew = !sameShape(state.plan, plan);
  const isReady = isNew || complete.some((layer) => isTriggered(layer, look));
  if (!isReady || mustWait(decided, look)) return { ...decided, builds: false };
  const checkpoints = withNew(state.checkpoints, completeCheckpoints(complete, look, plan));
  const pause = isNew ? undefined : pauseOf(look, checkpoints);
  return { ...decided, checkpoints, waiting: pause ? [...waiting, pause] : waiting, builds: !pause };
}

/** Marks the changes of what we write ourselves. */
function withOwn(layers: readonly LayerChange[], { options: { ownOutput } }: Look): readonly LayerChange[] {
  if (!ownOutput?.size) return layers;
  const isOwn = ({ fingerprint }: Change) => fingerprint !== undefined && ownOutput.has(fileId(fingerprint));
  return layers.map((layer) => ({
    ...layer,
    changes: layer.changes.map((change) => (isOwn(change) ? { ...change, isOwn: true } : change)),
  }));
}

/** Does every change trigger a kit? */
function takesAll({ state, final, request }: Look): boolean {
  return final || request === 'now' || request === 'everything' || !state.plan;
}

function triggering({ options }: Look): (change: Change) => boolean {
  const { only = () => true } = options.pace ?? {};
  return (change) => isTrigger(change) && only(textOf(change.path));
}

/** Temporary files that were just written: they would vanish while their layer is read. */
function temporaryIn(
  changed: readonly LayerChange[],
  { final }: Look,
  { now, quiet }: WaitingOptions,
): readonly BytePath[] {
  if (final) return [];
  const changes = changed.flatMap((layer) => layer.changes);
  const young = ({ fingerprint }: Change) => fingerprint && now - changedAt(fingerprint) < Math.max(quiet, leastAge);
  return changes.filter((change) => isTemporary(change.path) && young(change)).map(({ path }) => path);
}

/** In ms. */
const leastAge = 1_000;

/** The files of a layer that may still be written, as the scan saw them. */
function writtenIn({ changes }: LayerChange): readonly (readonly [BytePath, Written])[] {
  return changes
    .filter(isTrigger)
    .flatMap(({ path, fingerprint }) =>
      fingerprint && typeOf(fingerprint.mode) === 'file'
        ? [[path, { ino: fingerprint.ino, size: fingerprint.size, changed: changedAt(fingerprint) }] as const]
        : [],
    );
}

function waitingOptionsOf(look: Look, plan: Plan): Omit<WaitingOptions, 'quietTimes' | 'records'> {
  const { openFiles, quiet } = look.options;
  const ignoresQuietTime = look.final || look.request === 'now';
  let open: ReadonlySet<string> | undefined;
  const isOpen = (fingerprint: Fingerprint) => {
    open ??= openFiles?.() ?? new Set();
    return open.has(fileId(fingerprint));
  };
  const marks = look.options.marks?.() ?? [];
  const isMarked = (path: BytePath, changed: number) => isMarkedAt(marks, path, changed);
  return { ...placeOf(look, plan), quiet, ignoresQuietTime, isOpen, isMarked };
}

function isHolding({ at, comesAlong }: Waiting): boolean {
  return at !== undefined && !comesAlong;
}

function pathsOf(waiting: readonly Waiting[], isWanted: (one: Waiting) => boolean): ReadonlySet<BytePath> {
  return new Set(waiting.flatMap((one) => (one.at !== undefined && isWanted(one) ? [one.at] : [])));
}

function idsOf(layers: readonly LayerChange[]): readonly string[] {
  return layers.map(({ id }) => id);
}

/**
 * Files that are not held although they are written all the time. What is only seen to change once is read as it is:
 * if it changes while it is read, the next look knows more.
 */
function changingIn(
  judged: readonly LayerChange[],
  held: ReadonlySet<BytePath>,
  { directory, now, quiet, capabilities, quietTimes }: WaitingOptions,
): ReadonlySet<BytePath> {
  const isOut = isOutside(held);
  const changing = judged.flatMap(({ changes }) =>
    changes.filter(({ path, fingerprint }) => {
      if (!fingerprint || quietTimes.get(path)?.grows === undefined) return false;
      const unchanged = now - changedAt(fingerprint);
      return unchanged >= 0 && unchanged < quiet;
    }),
  );
  const isOther = ({ path, fingerprint, target }: Change) => {
    const file = {
      path: target ?? joinPath(directory, path),
      name: textOf(baseOf(path)),
      size: fingerprint?.size ?? 0,
    };
    return fileKindOf(file, capabilities) === 'other';
  };
  return new Set(changing.filter((change) => isOut(change) && isOther(change)).map(({ path }) => path));
}

function isOutside(held: ReadonlySet<BytePath>): (change: Change) => boolean {
  const roots = [...held];
  return ({ path }) => !roots.some((root) => isWithin(path, root));
}

/** The changes of a layer that neither wait themselves nor lie in a checkpoint that does. */
function isComplete({ waiting }: JudgedLayer, held: ReadonlySet<BytePath>): (change: Change) => boolean {
  const along = pathsOf(waiting, ({ comesAlong }) => comesAlong === true);
  const isOut = isOutside(held);
  return (change) => !along.has(change.path) && isOut(change);
}

/**
 * Is there a reason for a kit among these changes? A new directory is none before the end: its writer goes on.
 */
function isTriggered({ changes }: LayerChange, look: Look): boolean {
  const triggers = takesAll(look) ? () => true : triggering(look);
  return changes.some((change) => triggers(change) && (look.final || !isNewDirectory(change)));
}

/**
 * Must a layer without a version wait? For what was there when the watch began, and if nothing of it is complete.
 */
function mustWait({ plan, waiting, held, early }: Omit<Decision, 'builds'>, { state }: Look): boolean {
  const awaited = waiting.flatMap(({ at }) => (at !== undefined && early.has(at) ? [at] : []));
  return plan.layers.some((layer) => {
    const { entry } = layer;
    if (state.layers.has(layerKey(entry))) return false;
    const isEmpty = held.includes(layerKey(entry)) && !namesOf(layer).some(({ type }) => type === 'file');
    return isEmpty || awaited.some((path) => isWithin(path, entry.clean));
  });
}

function completeCheckpoints(complete: readonly LayerChange[], look: Look, plan: Plan): readonly BytePath[] {
  const search = { ...placeOf(look, plan), only: look.options.pace?.only };
  return complete.flatMap(({ changes }) => checkpointsIn(changes, search));
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
