import { textOf } from '../files/bytePath.ts';
import { displayPath } from '../files/displayPath.ts';
import type { CheckpointProgress } from '../host/capabilities.ts';
import type { ModelKit, Plan } from '../host/nouns.ts';
import { pathsOf, withPathsOf } from '../host/plannedTable.ts';
import { beginBuild } from '../pack/Build.ts';
import { buildKit } from '../pack/buildKit.ts';
import { commitKit } from '../pack/commitKit.ts';
import { oddFilesText } from '../pack/oddFiles.ts';
import type { PackOptions } from '../pack/PackOptions.ts';
import { planBuild } from '../pack/planBuild.ts';
import { buildAhead, withCosts } from './buildAhead.ts';
import { planChanges } from './changes.ts';
import { decide } from './decide.ts';
import { type Look, placeOf } from './Look.ts';
import { layerKey } from './layerKey.ts';
import { shownCheckpoints } from './pace.ts';
import { progressAnnotations, progressOf } from './progressOf.ts';
import { readablePlan, withoutCopies } from './readablePlan.ts';
import { storedBefore } from './storedBefore.ts';
import { withStoredVersions } from './storedVersions.ts';
import { keptLayers, noteDecision, noteKit, remember, type WatchState } from './WatchState.ts';

/**
 * One look: scan and plan, decide, build, compare, commit, remember. Returns whether a kit was committed. A session is
 * announced only for a build, so that an idle watch writes nothing.
 */
export async function lookOnce(look: Look): Promise<boolean> {
  const { options, state } = look;
  const started = performance.now();
  const build = beginBuild(look.kitwright, packOptionsOf(look));
  const plan = withKnownPaths(await planBuild(build), state.plan);
  const decision = decide(look, plan);
  noteDecision(state, plan, decision);
  if (!decision.builds) {
    await buildAhead(look, build, plan);
    return false;
  }
  tellChange(look, decision.plan);
  using _session = options.store.session();
  const stored = withStoredVersions(decision.plan, state, {
    store: options.store,
    capabilities: look.kitwright.capabilities,
  });
  using readable = await readablePlan(look, stored, decision);
  // Measured right after the scan: at the commit the training would be further than the packed files.
  const progress = progressOf(readable.plan, placeOf(look, plan), options.measured?.(), options.marks?.());
  const additions = {
    held: keptLayers(stored, state),
    annotations: { ...options.annotations?.(), ...progressAnnotations(progress) },
  };
  const kit = withCosts(await buildKit(build, readable.plan, additions), state);
  const content = contentOf(kit, progress);
  const before = state.content === undefined ? await storedBefore(kit, options.nameOf(1), options.store) : undefined;
  if (before) options.onUnchanged?.(before);
  const isSame = before !== undefined || content === state.content;
  const name = isSame ? undefined : options.nameOf(state.count + 1, progress);
  const committed = isSame ? undefined : await commitKit(build, kit, name);
  remember(state, withoutCopies(readable.plan), kit, options.clock.now());
  state.content = content;
  state.isUnchanged ||= before !== undefined;
  if (!committed) return false;
  const [skipped, bytesHashed] = [skippedIn(state, readable.plan), hashedIn(kit)];
  const [checkpoint] = shownCheckpoints(state.checkpoints.slice(-1));
  noteKit(state, options.clock.now());
  const { count } = state;
  const held = heldIds(state, committed);
  const odd = [...state.odd, ...readable.odd];
  if (odd.length > 0) look.warn(oddFilesText(odd));
  const elapsed = performance.now() - started;
  options.onKit({ kit: committed, name, count, elapsed, bytesHashed, checkpoint, progress, held, skipped, odd });
  await buildAhead(look, build, plan);
  return true;
}

/** Mostly no path came or went since the last kit. */
function withKnownPaths(plan: Plan, last: Plan | undefined): Plan {
  const before = new Map(last?.layers.map((layer) => [layerKey(layer.entry), layer]));
  return { ...plan, layers: plan.layers.map((layer) => withPathsOf(layer, before.get(layerKey(layer.entry)))) };
}

/** At most so many paths are named to plugins. */
const namedPaths = 100;

function tellChange({ kitwright, state }: Look, plan: Plan): void {
  kitwright.watchChange(() => {
    const changes = planChanges(state.plan, plan).flatMap((layer) => layer.changes);
    const paths = changes.slice(0, namedPaths).map(({ path }) => displayPath(path));
    return { directory: textOf(plan.directory), paths, count: changes.length };
  });
}

/** A checkpoint that is left out has no layer, and so no id: it is named by its path. */
function heldIds({ held }: WatchState, { layers }: ModelKit): readonly string[] {
  const ids = new Map(layers.map(({ entry }) => [layerKey(entry), entry.id]));
  return held.map((key) => ids.get(key) ?? key);
}

/** Two kits with the same content hold the same, and record the same progress. */
function contentOf({ config, layers }: ModelKit, progress: CheckpointProgress | undefined): string {
  const digests = [config.digest, ...layers.map(({ descriptor }) => descriptor.digest)];
  return JSON.stringify([digests, progressAnnotations(progress)]);
}

function packOptionsOf({ options, state, request, scan }: Look): PackOptions {
  return {
    ...options,
    name: options.nameOf(state.count + 1),
    midstates: true,
    distrust: request === 'everything',
    scan: scan.layers,
  };
}

/** The names of checkpoints that are in no kit: they were removed again before this one. */
function skippedIn({ checkpoints, lastKit }: WatchState, { layers }: Plan): readonly string[] {
  if (lastKit === undefined || checkpoints.length === 0) return [];
  const paths = new Set(layers.flatMap(pathsOf));
  return shownCheckpoints(checkpoints.filter((path) => !paths.has(path)));
}

function hashedIn({ layers }: ModelKit): number {
  return layers.reduce((sum, { cost }) => sum + cost.hashedBytes, 0);
}
