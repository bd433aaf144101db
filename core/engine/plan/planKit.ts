import { resolve } from 'node:path';
import { KitwrightError } from '../errors/KitwrightError.ts';
import { withDetails } from '../errors/withDetails.ts';
import { type BytePath, bytePath, fromNative, joinPath } from '../files/bytePath.ts';
import { type Fingerprint, readFingerprint } from '../files/fingerprint.ts';
import { realPath } from '../files/followPath.ts';
import { isWithin } from '../files/isWithin.ts';
import { type ListDirectory, listDirectory } from '../files/walk.ts';
import type { BuildHooks } from '../host/buildHooks.ts';
import type { LayerType } from '../host/capabilities.ts';
import type { CapabilitySet } from '../host/createCapabilities.ts';
import type { Diagnostic } from '../host/events.ts';
import type { Calls } from '../host/hooks.ts';
import { layerTypeFor } from '../host/layerTypeFor.ts';
import type { ParentKit, Plan, PlanEntry, PlannedLayer, SourceFile } from '../host/nouns.ts';
import { isTarOfEntries } from '../host/tarOfEntries.ts';
import type { Kitfile } from '../kitfile/Kitfile.ts';
import type { TargetSource } from '../kits/loadKit.ts';
import { resolveAncestors } from '../kits/resolveAncestors.ts';
import { annotationNames, parseLayerMediaType } from '../oci/mediaTypes.ts';
import type { Reference } from '../oci/reference.ts';
import { checkFormat } from './checkFormat.ts';
import { checkpointParts, markCheckpoints, withLayers, withParts } from './checkpointParts.ts';
import { type CollectOptions, layerTree, plannedEntries } from './collectFiles.ts';
import { linkBounds } from './followLink.ts';
import { readIgnoreRules } from './ignoreRules.ts';
import { createLinkReport } from './linkReport.ts';
import type { PackedDirectory } from './openPacked.ts';
import { type LayerChoice, layerPaths, planEntries } from './planEntries.ts';

export interface PlanInput {
  readonly directory: string;
  /** The same directory, open. */
  readonly packed: PackedDirectory;
  readonly kitfile: Kitfile;
  /** See `PackOptions`. */
  readonly from: Reference | undefined;
  /** The file that holds it. */
  readonly source: SourceFile;
  readonly choice: LayerChoice;
  readonly capabilities: CapabilitySet;
  readonly hooks: Calls<BuildHooks>;
  readonly targets: readonly TargetSource[];
  /** The name that the kit will have. */
  readonly name: Reference | undefined;
  /** Absolute paths that are never part of a kit (`ownData`). */
  readonly own: readonly string[];
  /** Undefined = the file system is asked while files are collected. */
  readonly scan: ScanLayers | undefined;
  readonly signal: AbortSignal;
  readonly diagnostic: (diagnostic: Diagnostic) => void;
  readonly onMany: CollectOptions['onMany'];
  readonly builtAt: CollectOptions['builtAt'];
}

/**
 * Lists the directories of layers, given by their clean paths, before the files of the first are collected. `top` is the
 * packed directory.
 */
export type ScanLayers = (paths: readonly string[], top: Fingerprint | undefined) => Promise<ListDirectory>;

/** Decides which file belongs to which layer. Reads the file system, no contents. */
export async function planKit(input: PlanInput): Promise<Plan> {
  const { kitfile, capabilities, hooks, diagnostic, signal } = input;
  const directory = fromNative(resolve(input.directory));
  const ancestors = await resolveAncestors(kitfile, input.targets, { self: input.name, from: input.from });
  const written = planEntries(kitfile, input.choice, capabilities);
  const paths = written.map(({ clean }) => clean);
  const list = (await input.scan?.(paths, input.packed.seen)) ?? listDirectory;
  const rules = readIgnoreRules(input.directory, input.packed.at);
  const own = new Set(layerPaths(kitfile));
  const parts = input.choice.perCheckpoint
    ? checkpointParts(kitfile, { directory, capabilities, list, rules, claimed: own })
    : [];
  const expanded = planEntries(withParts(kitfile, parts), input.choice, capabilities);
  const entries = markCheckpoints(expanded, kitfile).map((entry) => hooks.entry(entry));
  const links = createLinkReport();
  const options: CollectOptions = {
    directory,
    rules,
    claimed: new Set([withParts(kitfile, parts), ...ancestors.map(({ kit }) => kit.kitfile)].flatMap(layerPaths)),
    bounds: linkBounds(directory, input.packed),
    links,
    list,
    skip: (file, entry) => hooks.file(file, entry) === 'skip',
    isStore: ownTest(directory, input.own.map(fromNative)),
    diagnostic,
    onMany: input.onMany,
    builtAt: input.builtAt,
  };
  const layers = entries.flatMap((entry) => planLayer(entry, options, capabilities) ?? []);
  const message = links.text();
  if (message !== undefined) diagnostic({ level: 'warning', message });
  const parents = ancestors.map(({ text, kit }): ParentKit => ({ reference: text, digest: kit.descriptor.digest }));
  const origin = { kitfile: input.source, parents };
  const plan: Plan = { directory, kitfile, ...(input.choice.perCheckpoint ? { source: kitfile } : {}), layers, origin };
  return hooks.plan(withLayers(plan, layers), { signal });
}

/** What is ours is found by its own path and, for those who come over a link, by its real one. */
function ownTest(directory: BytePath, own: readonly BytePath[]): CollectOptions['isStore'] {
  const top = realPath(directory) ?? directory;
  const inside = own.flatMap((path) => {
    const real = realPath(path) ?? path;
    return isWithin(path, directory) || isWithin(real, top) ? [path, real] : [];
  });
  return inside.length ? (path) => inside.some((each) => isWithin(path, each)) : undefined;
}

/** Undefined if it is a checkpoint that was removed meanwhile. */
function planLayer(entry: PlanEntry, options: CollectOptions, capabilities: CapabilitySet): PlannedLayer | undefined {
  if (entry.isCheckpoint && !readFingerprint(joinPath(options.directory, bytePath(entry.clean)))) return undefined;
  const type = capabilities.get('layerType', entry.layerType);
  ofEntry(entry, () => checkFormat(entry, type));
  const collected = ofEntry(entry, () => collectLayer(type, options, entry));
  const plugin = ofEntry(entry, () => pluginToUnpack(entry, capabilities));
  const all = { ...collected.annotations, ...(plugin === undefined ? {} : { [annotationNames.layerPlugin]: plugin }) };
  return collected.planned({ ...entry, annotations: { ...all, ...entry.annotations } });
}

interface Collected {
  readonly annotations?: Readonly<Record<string, string>> | undefined;
  /** With the last form of the entry. */
  readonly planned: (entry: PlanEntry) => PlannedLayer;
}

function collectLayer(type: LayerType, options: CollectOptions, entry: PlanEntry): Collected {
  if (isTarOfEntries(type)) return { planned: plannedEntries(options, entry) };
  const { files, annotations } = type.collect(layerTree(options, entry));
  return { annotations, planned: (last) => ({ entry: last, files }) };
}

/**
 * The plugin without which nobody can unpack such a layer; undefined for tar and raw. Throws `layer-format-unknown` for a
 * layer that nothing here could unpack again.
 */
function pluginToUnpack({ mediaType, layerType }: PlanEntry, capabilities: CapabilitySet): string | undefined {
  const format = parseLayerMediaType(mediaType)?.format;
  if (format === 'tar' || format === 'raw') return undefined;
  const type = layerTypeFor(mediaType, capabilities);
  if (type) return capabilities.pluginOf('layerType', type.id);
  throw new KitwrightError(
    'layer-format-unknown',
    `The layer type ${layerType} makes layers of the type ${mediaType}, which nothing here could unpack again.`,
    { hint: 'Its plugin must give it "unpack", or use the format tar or raw.' },
  );
}

/** What goes wrong with a layer names its element of the Kitfile. */
function ofEntry<T>({ id }: PlanEntry, collect: () => T): T {
  try {
    return collect();
  } catch (error) {
    throw error instanceof KitwrightError ? withDetails(error, { data: { id } }) : error;
  }
}
