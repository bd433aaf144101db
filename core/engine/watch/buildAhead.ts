import { KitwrightError } from '../errors/KitwrightError.ts';
import type { Layer, ModelKit, Plan } from '../host/nouns.ts';
import type { Build } from '../pack/Build.ts';
import { buildLayers } from '../pack/buildLayers.ts';
import type { Look } from './Look.ts';
import { layerKey } from './layerKey.ts';
import type { WatchState } from './WatchState.ts';

/**
 * Builds layers that wait only for their quiet time, without giving a kit a name: if they do not change, the kit then
 * costs only a scan. At most once between two kits, so that files of a writer that pauses are not read many times.
 */
export async function buildAhead({ options, state }: Look, build: Build, plan: Plan): Promise<void> {
  const layers = plan.layers.filter(
    ({ entry }) => state.readAhead.includes(layerKey(entry)) && !state.ahead.has(layerKey(entry)),
  );
  if (!layers.length || options.stop.aborted) return;
  using _session = options.store.session();
  for (const { entry } of layers) state.ahead.set(layerKey(entry), undefined);
  try {
    for (const layer of await buildLayers(build, { ...plan, layers })) state.ahead.set(layerKey(layer.entry), layer);
  } catch (error) {
    // If the failure persists, the look that makes the kit reports it.
    if (!(error instanceof KitwrightError) || error.code === 'internal-error') throw error;
  }
}

export function withCosts(kit: ModelKit, { ahead }: WatchState): ModelKit {
  return {
    ...kit,
    layers: kit.layers.map((layer) => withCost(layer, ahead.get(layerKey(layer.entry)))),
  };
}

/** The cost of a layer is the cost of building it ahead. */
function withCost(layer: Layer, ahead: Layer | undefined): Layer {
  return layer.cost.reused && ahead?.descriptor.digest === layer.descriptor.digest
    ? { ...layer, cost: ahead.cost }
    : layer;
}
