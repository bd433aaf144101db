import type { BytePath } from '../files/bytePath.ts';
import type { CapabilitySet } from '../host/createCapabilities.ts';
import type { FileCopy, Layer, Plan, PlanFile, PlannedLayer } from '../host/nouns.ts';
import { sameFiles, tableOf } from '../host/plannedTable.ts';
import { contentPlaces } from '../pack/layer/contentPlaces.ts';
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
export function withStoredVersions(plan: Plan, { plan: last, layers }: LastKit, places: StoredPlaces): Plan {
  const before = new Map(last?.layers.map((layer) => [layerKey(layer.entry), layer]));
  return {
    ...plan,
    layers: plan.layers.map((layer) => {
      const [was, built] = [before.get(layerKey(layer.entry)), layers.get(layerKey(layer.entry))];
      // What is in a table was just found by the scan.
      const isFresh = tableOf(layer) !== undefined || !was || sameFiles(was, layer);
      return isFresh || !built ? layer : withCopies(layer, was, built, places);
    }),
  };
}

/** Where contents are found. */
export interface StoredPlaces {
  readonly store: LocalStore;
  readonly capabilities: CapabilitySet;
}

function withCopies(layer: PlannedLayer, last: PlannedLayer, built: Layer, places: StoredPlaces): PlannedLayer {
  const kept = new Set<PlanFile>(last.files);
  if (!layer.files.some((file) => kept.has(file) && hasContent(file))) return layer;
  const found = placesOf(last, built, places);
  if (!found) return { ...layer, files: last.files };
  const files = layer.files.map((file) => {
    const copy = kept.has(file) ? found.get(file.path) : undefined;
    return copy ? { ...file, copy } : file;
  });
  return { ...layer, files };
}

/** Where the store keeps each file of a layer; undefined if it does not. */
function placesOf(
  { entry, files }: PlannedLayer,
  { descriptor }: Layer,
  { store: { layers }, capabilities }: StoredPlaces,
): ReadonlyMap<BytePath, FileCopy> | undefined {
  const record = layers.read(descriptor.digest);
  if (!record || record.diffId !== record.digest || layers.stateOfAll(record) !== 'same') return undefined;
  const places = contentPlaces(entry, files, record, capabilities);
  if (!places || places.some(({ source }) => source.kind === 'reference')) return undefined;
  const contents = files.filter(hasContent);
  return new Map(
    places.map(({ source, offset }, i) => [contents[i]?.path ?? '', { path: layers.pathOf(source), offset }]),
  );
}
