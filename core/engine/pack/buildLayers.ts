import { KitwrightError } from '../errors/KitwrightError.ts';
import type { Layer, Plan, PlannedLayer } from '../host/nouns.ts';
import { countOf } from '../host/plannedTable.ts';
import { eachOf } from '../store/eachOf.ts';
import type { Build } from './Build.ts';
import { isContentChange } from './isContentChange.ts';
import { buildLayer } from './layer/buildLayer.ts';
import type { LayerBuildOptions } from './layer/layerWork.ts';
import { layerBytes } from './layerBytes.ts';

/**
 * Builds the layers of a plan, except those that are held. They are built in parallel (the pool has as many threads as
 * cores); a failure is thrown when all have stopped. `missed` is called before a layer is read.
 */
export async function buildLayers(
  build: Build,
  plan: Plan,
  held: ReadonlyMap<string, Layer> = new Map(),
  missed?: (planned: PlannedLayer) => void,
): Promise<readonly Layer[]> {
  const stop = new AbortController();
  const signal = AbortSignal.any([build.options.signal, stop.signal]);
  const fileDigests = digestsWithin(build, plan);
  const stoppable: Build = { ...build, options: { ...build.options, fileDigests, signal } };
  const begin = async (planned: PlannedLayer) => {
    signal.throwIfAborted();
    return buildOne(stoppable, plan, planned, missed && (() => missed(planned)));
  };
  const results: PromiseSettledResult<Layer>[] = [];
  const together = Math.max(leastTogether, 2 * build.kitwright.pool.threads);
  await eachOf([...plan.layers.entries()], together, async ([index, planned]) => {
    const known = held.get(planned.entry.id);
    const [result] = await Promise.allSettled([known ?? begin(planned)]);
    results[index] = result;
    // A changed file affects only its own layer: the others finish, so that the next build can use them.
    if (result.status === 'rejected' && !isContentChange(result.reason))
      stop.abort(new KitwrightError('cancelled', 'Cancelled: another layer failed.'));
  });
  return layersOf(results);
}

/** Undefined if the kit has more files than that. */
function digestsWithin({ options: { fileDigests } }: Build, { layers }: Plan): number | undefined {
  if (fileDigests === undefined) return undefined;
  const count = layers.reduce((sum, planned) => sum + countOf(planned), 0);
  return count <= fileDigests ? fileDigests : undefined;
}

/** Layers that are begun at once, at least: each has a timer and listens to the signal. */
const leastTogether = 32;

async function buildOne(
  build: Build,
  plan: Plan,
  planned: PlannedLayer,
  missed: (() => void) | undefined,
): Promise<Layer> {
  const { kitwright } = build;
  const { entry } = planned;
  const bytes = layerBytes(planned);
  kitwright.event({ type: 'layer-start', layer: entry.id, path: entry.path, bytes, files: countOf(planned) });
  const layer = await buildLayer(planned, { ...layerOptions(build, plan, entry.id), missed });
  const { descriptor, cost } = layer;
  kitwright.event({
    type: 'layer-done',
    layer: entry.id,
    role: entry.role,
    digest: descriptor.digest,
    bytes: descriptor.size,
    hashed: cost.hashedBytes,
    reused: cost.reused,
    existed: cost.existed,
  });
  return layer;
}

function layerOptions({ kitwright, options }: Build, plan: Plan, layer: string): LayerBuildOptions {
  return {
    directory: plan.directory,
    store: options.store,
    pool: kitwright.pool,
    capabilities: kitwright.capabilities,
    capture: options.capture,
    midstates: options.midstates ?? false,
    distrust: options.distrust ?? false,
    fileDigests: options.fileDigests !== undefined,
    signal: options.signal,
    sendEarly: options.early && ((recipe) => options.early?.begin(recipe, layer)),
    progress: (done, bytes) => kitwright.event({ type: 'layer-progress', layer, done, bytes }),
  };
}

/** Returns all layers, or throws the failure that stopped the others. */
function layersOf(results: readonly PromiseSettledResult<Layer>[]): readonly Layer[] {
  const failures = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
  if (failures.length) throw failures.find((error) => !isCancelled(error)) ?? failures[0];
  return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}

function isCancelled(error: unknown): boolean {
  return error instanceof KitwrightError && error.code === 'cancelled';
}
