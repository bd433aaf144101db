import type { BytePath } from '../files/bytePath.ts';
import type { FileCopy, Layer, Plan, PlanFile, PlannedLayer } from '../host/nouns.ts';
import { hasContent } from '../pack/layer/layerWork.ts';
import type { LocalStore } from '../store/localStore.ts';
import { layerKey } from './layerKey.ts';

/** What is needed to find the last versions of files. */
export interface LastKit {
  readonly plan?: Plan;
  readonly layers: ReadonlyMap<string, Layer>;
}

/**
 * Gives the files that keep their last version (see `partialPlan`) the place of their bytes in the store. A layer whose
 * files the store does not keep one by one (compressed, or only referenced) keeps its last version as a whole.
 */
export function withStoredVersions(plan: Plan, { plan: last, layers }: LastKit, store: LocalStore): Plan {
  const before = new Map(last?.layers.map((layer) => [layerKey(layer.entry), layer]));
  return {
    ...plan,
    layers: plan.layers.map((layer) => {
      const [was, built] = [before.get(layerKey(layer.entry)), layers.get(layerKey(layer.entry))];
      return was && built && was.files !== layer.files ? withCopies(layer, was, built, store) : layer;
    }),
  };
}

function withCopies(layer: PlannedLayer, last: PlannedLayer, built: Layer, store: LocalStore): PlannedLayer {
  const kept = new Set<PlanFile>(last.files);
  if (!layer.files.some((file) => kept.has(file) && hasContent(file))) return layer;
  const places = placesOf(last, built, store);
  if (!places) return { ...layer, files: last.files };
  const files = layer.files.map((file) => {
    const copy = kept.has(file) ? places.get(file.path) : undefined;
    return copy ? { ...file, copy } : file;
  });
  return { ...layer, files };
}

/** Where the store keeps each file of a layer; undefined if it does not. */
function placesOf(
  { files }: PlannedLayer,
  { descriptor }: Layer,
  { layers }: LocalStore,
): ReadonlyMap<BytePath, FileCopy> | undefined {
  const record = layers.read(descriptor.digest);
  if (!record || record.diffId !== record.digest || layers.stateOfAll(record) !== 'same') return undefined;
  const pieces = layers.recipeOf(record).filter((piece) => piece.kind === 'file');
  const contents = files.filter(hasContent);
  if (pieces.length !== contents.length || pieces.some(({ fingerprint }) => fingerprint)) return undefined;
  return new Map(pieces.map(({ path, offset }, i) => [contents[i]?.path ?? '', { path, offset }]));
}
