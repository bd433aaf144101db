import { type BytePath, bytePath } from '../files/bytePath.ts';
import { sameFingerprint } from '../files/fingerprint.ts';
import { isWithin } from '../files/isWithin.ts';
import type { Plan, PlanFile, PlannedLayer } from '../host/nouns.ts';
import { withLayers } from '../plan/checkpointParts.ts';
import { layerKey, sameEntry } from './layerKey.ts';

/**
 * The plan of a kit while some files or checkpoints are not complete (`held`, paths): each of them keeps its last
 * version, or is left out if it has none; also if it is a layer of its own. A layer in which nothing else is new has the
 * files of the last plan.
 */
export function partialPlan(plan: Plan, last: Plan | undefined, held: ReadonlySet<BytePath>): Plan {
  if (held.size === 0) return plan;
  const before = new Map(last?.layers.map((layer) => [layerKey(layer.entry), layer]));
  return withLayers(
    plan,
    plan.layers.flatMap((layer) => partialLayer(layer, before.get(layerKey(layer.entry)), [...held]) ?? []),
  );
}

function partialLayer(
  layer: PlannedLayer,
  last: PlannedLayer | undefined,
  held: readonly BytePath[],
): PlannedLayer | undefined {
  const { clean, isCheckpoint } = layer.entry;
  const roots = held.filter((path) => isWithin(path, clean) || (isCheckpoint && isWithin(bytePath(clean), path)));
  if (roots.length === 0) return layer;
  if (isCheckpoint) return last && sameEntry(last.entry, layer.entry) ? last : undefined;
  const isHeld = ({ path }: PlanFile) => roots.some((root) => isWithin(path, root));
  const complete = layer.files.filter((file) => !isHeld(file));
  const kept = last && sameEntry(last.entry, layer.entry) ? last.files.filter(isHeld) : [];
  const files = kept.length ? [...complete, ...kept].toSorted(byPath) : complete;
  return last && sameEntry(last.entry, layer.entry) && sameFiles(last.files, files) ? last : { ...layer, files };
}

function sameFiles(a: readonly PlanFile[], b: readonly PlanFile[]): boolean {
  return a.length === b.length && a.every((file, i) => sameFile(file, b[i] as PlanFile));
}

/** A directory's own times change with every entry; only its mode is part of the layer. */
function sameFile(a: PlanFile, b: PlanFile): boolean {
  if (a.path !== b.path || a.type !== b.type) return false;
  return a.type === 'directory'
    ? a.fingerprint.mode === b.fingerprint.mode
    : sameFingerprint(a.fingerprint, b.fingerprint);
}

/** The order in which `kit` walks: names by bytes, a directory before its entries. No name contains a NUL byte. */
function byPath(a: PlanFile, b: PlanFile): number {
  const [one, other] = [a.path.replaceAll('/', '\0'), b.path.replaceAll('/', '\0')];
  return one < other ? -1 : one > other ? 1 : 0;
}
