import { type BytePath, bytePath, joinPath, textOf } from '../files/bytePath.ts';
import { cleanPath } from '../files/cleanPath.ts';
import { compareNumbered } from '../files/compareNumbered.ts';
import { createSeen } from '../files/Seen.ts';
import { type ListDirectory, typeOf } from '../files/walk.ts';
import type { CapabilitySet } from '../host/createCapabilities.ts';
import type { Plan, PlanEntry, PlannedLayer } from '../host/nouns.ts';
import type { Kitfile, ModelPart } from '../kitfile/Kitfile.ts';
import { modelReference } from '../kitfile/validateKitfile.ts';
import { isReference } from '../oci/isReference.ts';
import { checkpointFormatOf } from './checkpointFormatOf.ts';
import type { IgnoreRules } from './ignoreRules.ts';

export interface PartsSearch {
  /** Absolute. */
  readonly directory: BytePath;
  readonly capabilities: CapabilitySet;
  readonly list: ListDirectory;
  readonly rules: IgnoreRules;
  /** Clean paths of the layers that the Kitfile names. */
  readonly claimed: ReadonlySet<BytePath>;
}

/**
 * The elements that checkpoints of a model get if each becomes a layer of its own: one for each directory below a path
 * of the model that a checkpoint format recognises, unless the Kitfile names it. In the order of their numbers.
 */
export function checkpointParts(kitfile: Kitfile, search: PartsSearch): readonly ModelPart[] {
  const { model } = kitfile;
  const own = modelReference(kitfile, isReference) === undefined && model?.path ? [model.path] : [];
  const roots = [...own, ...(model?.parts ?? []).flatMap(({ path }) => path ?? [])];
  const clean = [...new Set(roots.map((path) => bytePath(cleanPath(path))))];
  return clean.flatMap((root) => partsBelow(root, search)).slice(0, mostParts);
}

/** A config names each. */
const mostParts = 1_000;

function partsBelow(root: BytePath, search: PartsSearch): readonly ModelPart[] {
  const found = directoriesBelow(root, mostLevels, search, { ...search, seen: createSeen(search.list) });
  const paths = found.map(textOf).toSorted((a, b) => compareNumbered(a, b) || (a < b ? -1 : 1));
  const start = root === '.' ? 0 : textOf(root).length + 1;
  return paths.map((path) => ({ name: path.slice(start), path }));
}

/** Checkpoints of a run lie at most so deep: `lightning_logs/version_0/checkpoints/...`. */
const mostLevels = 5;

function directoriesBelow(
  parent: BytePath,
  levels: number,
  search: PartsSearch,
  formats: Parameters<typeof checkpointFormatOf>[1],
): readonly BytePath[] {
  if (levels === 0) return [];
  return directoriesIn(parent, search).flatMap((path) =>
    checkpointFormatOf(path, formats) ? [path] : directoriesBelow(path, levels - 1, search, formats),
  );
}

function directoriesIn(parent: BytePath, { directory, list, rules, claimed }: PartsSearch): readonly BytePath[] {
  try {
    return [...list(joinPath(directory, parent))]
      .filter(({ fingerprint }) => typeOf(fingerprint.mode) === 'directory')
      .map(({ name }) => (parent === '.' ? name : joinPath(parent, name)))
      .filter((path) => !rules.ignores(path) && !claimed.has(path));
  } catch {
    // Whoever collects the files of the layer says what is wrong with it.
    return [];
  }
}

/** The Kitfile with further parts of its model, after those that it names. */
export function withParts(kitfile: Kitfile, parts: readonly ModelPart[]): Kitfile {
  if (parts.length === 0) return kitfile;
  return { ...kitfile, model: { ...kitfile.model, parts: [...(kitfile.model?.parts ?? []), ...parts] } };
}

/** Marks the entries of parts that the Kitfile does not name itself. */
export function markCheckpoints(entries: readonly PlanEntry[], source: Kitfile): readonly PlanEntry[] {
  const first = source.model?.parts?.length ?? 0;
  return entries.map((entry) =>
    entry.role === 'modelpart' && partNumber(entry) >= first ? { ...entry, isCheckpoint: true as const } : entry,
  );
}

function partNumber({ id }: PlanEntry): number {
  return Number(id.slice(id.lastIndexOf('.') + 1));
}

/** A plan with other layers: the Kitfile names the checkpoints that are in it, and their entries have its numbers. */
export function withLayers(plan: Plan, layers: readonly PlannedLayer[]): Plan {
  const { source } = plan;
  if (!source) return { ...plan, layers };
  const first = source.model?.parts?.length ?? 0;
  const checkpoints = layers.filter(({ entry }) => entry.isCheckpoint);
  const numberOf = new Map(checkpoints.map((layer, i) => [layer, first + i]));
  const parts = checkpoints.map(({ entry: { name, path } }) => ({ ...(name === undefined ? {} : { name }), path }));
  return {
    ...plan,
    kitfile: withParts(source, parts),
    layers: layers.map((layer) => {
      const number = numberOf.get(layer);
      return number === undefined ? layer : { ...layer, entry: { ...layer.entry, id: `model.parts.${number}` } };
    }),
  };
}
