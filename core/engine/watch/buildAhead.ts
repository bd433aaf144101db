import { KitwrightError } from '../errors/KitwrightError.ts';
import type { Layer, ModelKit, Plan } from '../host/nouns.ts';
import type { Build } from '../pack/Build.ts';
import { buildLayers } from '../pack/buildLayers.ts';
import type { Look } from './Look.ts';
import type { WatchState } from './WatchState.ts';

/**
 * Builds the layers whose quiet time is all that is missing, without giving anything a name: if they stay as they are,
 * the kit costs a scan when their time has come. Once between two kits, so that a writer that pauses is not read again
 * and again.
 */
export async function buildAhead({ options, state }: Look, build: Build, plan: Plan): Promise<void> {
  const layers = plan.layers.filter(({ entry }) => state.readAhead.includes(entry.id) && !state.ahead.has(entry.id));
  if (!layers.length || options.stop.aborted) return;
  using _session = options.store.session();
  for (const { entry } of layers) state.ahead.set(entry.id, undefined);
  try {
    for (const layer of await buildLayers(build, { ...plan, layers })) state.ahead.set(layer.entry.id, layer);
  } catch (error) {
    // The look at which the kit is due finds what is wrong, if it still is.
    if (!(error instanceof KitwrightError) || error.code === 'internal-error') throw error;
  }
}

export function withCosts(kit: ModelKit, { ahead }: WatchState): ModelKit {
  return {
    ...kit,
    layers: kit.layers.map((layer) => withCost(layer, ahead.get(layer.entry.id))),
  };
}

/** What a layer cost when it was built ahead is what it cost. */
function withCost(layer: Layer, ahead: Layer | undefined): Layer {
  return layer.cost.reused && ahead?.descriptor.digest === layer.descriptor.digest
    ? { ...layer, cost: ahead.cost }
    : layer;
}
