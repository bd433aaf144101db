import type { ModelKit } from '../host/nouns.ts';
import { beginBuild } from '../pack/Build.ts';
import { buildKit } from '../pack/buildKit.ts';
import { commitKit } from '../pack/commitKit.ts';
import { oddFilesText } from '../pack/oddFiles.ts';
import type { PackOptions } from '../pack/PackOptions.ts';
import { planBuild } from '../pack/planBuild.ts';
import { buildAhead, withCosts } from './buildAhead.ts';
import { decide } from './decide.ts';
import { type Look, placeOf } from './Look.ts';
import { shownCheckpoints } from './pace.ts';
import { progressAnnotations, progressOf } from './progressOf.ts';
import { heldLayers, noteDecision, noteKit, remember, type WatchState } from './WatchState.ts';

/**
 * One look: scan and plan, decide, build, compare, commit, remember. Returns whether a kit was committed. A session is
 * announced only for a build, so that an idle watch writes nothing.
 */
export async function lookOnce(look: Look): Promise<boolean> {
  const { options, state } = look;
  const started = performance.now();
  const build = beginBuild(look.kitwright, packOptionsOf(look));
  const plan = await planBuild(build);
  const decision = decide(look, plan);
  noteDecision(state, plan, decision);
  if (!decision.builds) {
    await buildAhead(look, build, plan);
    return false;
  }
  using _session = options.store.session();
  // Measured right after the scan: at the commit the training would be further than the packed files.
  const progress = progressOf(plan, placeOf(look, plan), options.measured?.());
  const additions = { held: heldLayers(state), annotations: progressAnnotations(progress) };
  const kit = withCosts(await buildKit(build, plan, additions), state);
  if (kit.root.digest === state.digest) {
    remember(state, plan, kit);
    return false;
  }
  const name = options.nameOf(state.count + 1, progress);
  const stored = await commitKit(build, kit, name);
  remember(state, plan, kit);
  const [skipped, bytesHashed] = [skippedIn(state), hashedIn(kit, state)];
  noteKit(state, options.clock.now());
  const { count, held, odd } = state;
  if (odd.length > 0) look.warn(oddFilesText(odd));
  const elapsed = performance.now() - started;
  options.onKit({ kit: stored, name, count, elapsed, bytesHashed, progress, held, skipped, odd });
  await buildAhead(look, build, plan);
  return true;
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

/** The names of checkpoints that get no kit of their own: all but the newest. */
function skippedIn({ checkpoints, lastKit }: WatchState): readonly string[] {
  return lastKit === undefined ? [] : shownCheckpoints(checkpoints.slice(0, -1));
}

function hashedIn({ layers }: ModelKit, { held }: WatchState): number {
  return layers.filter(({ entry }) => !held.includes(entry.id)).reduce((sum, { cost }) => sum + cost.hashedBytes, 0);
}
