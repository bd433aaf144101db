import { lstatSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { KitwrightError } from '../errors/KitwrightError.ts';
import { systemError } from '../errors/systemError.ts';
import { atomicWrite } from '../files/atomicWrite.ts';
import { type BytePath, bytePath, textOf } from '../files/bytePath.ts';
import type { Existing } from '../files/checkFree.ts';
import { cleanPath } from '../files/cleanPath.ts';
import { displayPath } from '../files/displayPath.ts';
import type { OpenDirectory } from '../files/openDirectory.ts';
import { openOrMakeDirectory } from '../files/openOrMakeDirectory.ts';
import { readPlainFile } from '../files/readPlainFile.ts';
import { steersTools } from '../files/steersTools.ts';
import type { Kitwright } from '../host/createKitwright.ts';
import type { Kitfile } from '../kitfile/Kitfile.ts';
import { kitfileYaml } from '../kitfile/kitfileYaml.ts';
import { type LoadedKit, loadKit, type TargetSource } from '../kits/loadKit.ts';
import { isAtUrl, type RemoteDataset, remoteDatasets } from '../kits/remoteDatasets.ts';
import { type Ancestor, extendChain, resolveAncestors } from '../kits/resolveAncestors.ts';
import { formatReference, parseReference, type Reference, withDefaultTag } from '../oci/reference.ts';
import { createTurns } from '../store/createTurns.ts';
import { eachInTurn } from '../store/eachInTurn.ts';
import { canLocate, type ReadTarget } from '../store/roles.ts';
import { maxThreads } from './extractLayer.ts';
import { isSmall } from './isSmall.ts';
import { type KitElement, kitElements } from './kitElements.ts';
import type { UnpackStage } from './openUnpackStage.ts';
import { datasetsOnly, modelOnly, parseFilters, type Selection } from './parseFilters.ts';
import { requireNamedLayers } from './requireNamedLayers.ts';
import { type NewDirectory, setDirectoryModes } from './setDirectoryModes.ts';
import { createStaging, removeLeftovers } from './staging.ts';
import { type ElementOptions, placeElement } from './unpackElement.ts';
import { openDatasetDirectory, unpackRemoteData } from './unpackRemoteData.ts';

export interface UnpackOptions {
  readonly reference: Reference;
  /** The kit, if it was found already; else it is looked for by its reference. */
  readonly kit?: LoadedKit;
  readonly targets: readonly TargetSource[];
  readonly directory: string;
  readonly filters: readonly string[];
  readonly existing: Existing;
  /** A signature or a pin vouches for the kit: layers of the store are hashed with SHA-256 too. */
  readonly isVouched?: boolean;
  /** See `ElementOptions`. */
  readonly isScratch?: boolean;
  /** The kits to which it refers, if they were found already; the models that are unpacked are these. */
  readonly ancestors?: readonly Ancestor[];
  /** Lets an unpack that was cut off go on where it was. */
  readonly stage?: UnpackStage;
  /** See `ElementOptions`. */
  readonly reserved?: string;
  /** See `ElementOptions`; not called for what a stage has placed before. */
  readonly onPlace?: (folder: string) => void;
  /** Also fetch datasets that are not packed: at URLs, and those of other kits. */
  readonly includeRemote?: boolean;
  readonly onStep: (step: UnpackStep) => void;
  readonly signal: AbortSignal;
}

/** What unpack tells, in the order in which `kit` prints it. */
export type UnpackStep =
  | { readonly step: 'kitfile'; readonly path: string; readonly existed: boolean }
  | { readonly step: 'reference'; readonly reference: string }
  | { readonly step: 'layer'; readonly element: KitElement }
  | { readonly step: 'remote-kit'; readonly reference: string; readonly path: string }
  | { readonly step: 'remote-data'; readonly url: string; readonly path: string; readonly kept: boolean };

/** What an unpack did: the kit, how many layers and files were written. */
export interface Unpacked {
  readonly kit: LoadedKit;
  readonly layers: number;
  readonly files: number;
}

/**
 * Unpacks a kit: its Kitfile, the models of the kits that it refers to, its layers. Every byte is verified before it
 * has its final name. Throws `kit-not-found`, `filter-invalid`, `unpack-*`, `descriptor-mismatch`, `kit-malformed`,
 * `disk-full`, `layer-format-unknown` for a layer of a type that no plugin here reads, once the others are unpacked.
 */
export async function unpackKit(kitwright: Kitwright, options: UnpackOptions): Promise<Unpacked> {
  const selection = parseFilters(options.filters);
  const kit = options.kit ?? (await loadKit(options.reference, options.targets));
  if (!kit.manifest.layers.every(isSmall)) kitwright.pool.start(maxThreads);
  const ancestors =
    options.ancestors ?? (await resolveAncestors(kit.kitfile, options.targets, { from: options.reference }));
  requireNamedLayers(kitwright, kit, selection);
  for (const ancestor of ancestors) requireNamedLayers(kitwright, ancestor.kit, modelOnly(selection));
  const hooks = kitwright.beginBuild();
  const { signal, filters } = options;
  const told = { kitfile: kit.kitfile, root: kit.descriptor, directory: resolve(options.directory), filters };
  await hooks.beforeUnpack(told, { signal });
  using target = openTarget(options.directory);
  const run: Run = {
    ...options,
    directory: textOf(target.path),
    shown: resolve(options.directory),
    isClean: true,
    named: options.reference,
    made: [],
    brought: new Set(),
    steering: [],
    remoteKits: [],
    unreadable: [],
  };
  if (selection.kitfile) writeKitfile(kit.kitfile, run);
  const counts: number[] = [];
  try {
    for (const { kit: ancestor, text } of ancestors) {
      options.onStep({ step: 'reference', reference: text });
      counts.push(...(await unpackElements(kitwright, ancestor, modelOnly(selection), run)));
    }
    counts.push(...(await unpackRemotes(kitwright, kit, selection, run, [formatReference(options.reference)])));
    counts.push(...(await unpackElements(kitwright, kit, selection, run)));
  } finally {
    if (!run.isScratch) setDirectoryModes(run.made);
    // After a failure too: what was written stays.
    warnOfSteering(kitwright, run.steering);
  }
  refuseUnreadable(run.unreadable);
  await hooks.unpacked(told, { signal });
  return { kit, layers: counts.length, files: counts.reduce((sum, count) => sum + count, 0) };
}

/** What runs when somebody works in the directory, and not only when it is started. */
function warnOfSteering(kitwright: Kitwright, paths: readonly string[]): void {
  if (!paths.length) return;
  const more = paths.length > 5 ? ` and ${paths.length - 5} more` : '';
  const message = `Files of this kit steer the tools of whoever works here, look at them first: ${paths.slice(0, 5).join(', ')}${more}.`;
  kitwright.diagnostic({ level: 'warning', message });
}

/** With a directory that is held open; `shown` is its path. */
interface Run extends UnpackOptions {
  readonly shown: string;
  /** What killed unpacks left there is removed. */
  readonly isClean: true;
  /** The kit that the user named: only its registry gets credentials. */
  readonly named: Reference;
  /** The directories that were made so far. */
  readonly made: NewDirectory[];
  readonly brought: Set<BytePath>;
  /** Files that steer the tools of whoever works there. */
  readonly steering: string[];
  /** Digests of the kits whose datasets were fetched so far. */
  readonly remoteKits: string[];
  /** Layers of types that no plugin here reads. */
  readonly unreadable: KitwrightError[];
}

function openTarget(directory: string): OpenDirectory {
  try {
    return cleaned(openOrMakeDirectory(directory));
  } catch (error) {
    throw systemError(error, 'unpack-refused', 'make', directory);
  }
}

/** The same directory, without what killed unpacks left in it. */
function cleaned(opened: OpenDirectory): OpenDirectory {
  try {
    removeLeftovers(opened.path);
    return opened;
  } catch (error) {
    opened[Symbol.dispose]();
    throw error;
  }
}

/** Whatever else is there, a pipe or a file of any size, is not read. */
function holdsText(path: string, text: string): boolean {
  try {
    return readPlainFile(path, Buffer.byteLength(text)).equals(Buffer.from(text));
  } catch {
    return false;
  }
}

/** `-i` does not cover the Kitfile: only the same text is accepted, as with `kit`. */
function writeKitfile(kitfile: Kitfile, options: Run): void {
  const [path, shown] = [join(options.directory, 'Kitfile'), join(options.shown, 'Kitfile')];
  const text = kitfileYaml(kitfile, 'exact');
  const stats = lstatSync(path, { throwIfNoEntry: false });
  const same = stats !== undefined && holdsText(path, text);
  if (stats && !same && (options.existing !== 'replace' || stats.isDirectory())) throw refuseKitfile(shown);
  options.onStep({ step: 'kitfile', path: shown, existed: same && options.existing !== 'replace' });
  if (same) return;
  // What a kill leaves of it is removed by the next unpack.
  using staging = createStaging(options.directory, options.shown, true);
  try {
    atomicWrite(path, text, textOf(staging.path));
  } catch (error) {
    throw systemError(error, 'unpack-refused', 'write', shown);
  }
}

function refuseKitfile(path: string): KitwrightError {
  return new KitwrightError('unpack-exists', `The Kitfile ${path} already exists and is another one.`, {
    data: { path },
    hint: 'Use --overwrite to replace it.',
  });
}

async function unpackElements(
  kitwright: Kitwright,
  kit: LoadedKit,
  selection: Selection,
  options: Run,
): Promise<readonly number[]> {
  const elements = kitElements(kit.kitfile, kit.manifest).filter(({ role, name, path }) =>
    selection.selects(role, name, path),
  );
  const files: number[] = [];
  const width = options.stage || canLocate(kit.layerSource) ? 1 : sideBySide;
  // One large layer on its way at a time: the tail of its work goes on beside the next.
  const turns = createTurns(1);
  let isNotFirst = options.brought.size > 0;
  await eachInTurn(elements, width, async (element, turn) => {
    const told = turn.then(() => options.onStep({ step: 'layer', element }));
    const inVain = new AbortController();
    told.catch((error: unknown) => inVain.abort(error));
    const more = { signal: AbortSignal.any([options.signal, inVain.signal]), turn: told, turns, isNotFirst };
    isNotFirst = true;
    try {
      files.push(await unpackLayer(kitwright, element, kit.layerSource, { ...options, ...more }));
    } catch (error) {
      // What comes before it in the kit is told, and fails, first.
      await told;
      // The rest can be unpacked without the plugin that is missing.
      if (!isCode(error, 'layer-format-unknown')) throw error;
      options.unreadable.push(error);
    }
  });
  return files;
}

/** Layers that are fetched at a time. Those of a store go one after the other: while one thread copies a large file, another verifies it. */
const sideBySide = 2;

function isCode(error: unknown, code: string): error is KitwrightError {
  return error instanceof KitwrightError && error.code === code;
}

/** Throws the failures of layers that nothing here can read, once everything else is there. */
function refuseUnreadable([first, ...others]: readonly KitwrightError[]): void {
  if (!first) return;
  const { code, message, data, hint } = first;
  throw new KitwrightError(code, message, { data, others, ...(hint === undefined ? {} : { hint }) });
}

async function unpackLayer(
  kitwright: Kitwright,
  element: KitElement,
  source: ReadTarget,
  options: Run & Pick<ElementOptions, 'turn' | 'turns' | 'isNotFirst'>,
): Promise<number> {
  const { stage } = options;
  if (stage?.isPlaced(element)) return 0;
  const near = stage ? await stage.fetch(element, source, { pool: kitwright.pool, signal: options.signal }) : source;
  const { files, directories, steering } = await placeElement(kitwright, element, near, options);
  options.steering.push(...steering.map(displayPath));
  for (const directory of directories) options.made.push(directory);
  stage?.placed(element);
  return files;
}

async function unpackRemotes(
  kitwright: Kitwright,
  kit: LoadedKit,
  { selects }: Selection,
  options: Run,
  chain: readonly string[],
): Promise<readonly number[]> {
  const selected = remoteDatasets(kit.kitfile).filter(({ name, path }) => selects('dataset', name, path));
  if (selected.length && !options.includeRemote) {
    const message = 'ModelKit contains remote datasets. To unpack, specify the --include-remote flag';
    kitwright.diagnostic({ level: 'warning', message });
    return [];
  }
  const files: number[] = [];
  for (const dataset of selected) {
    noteSteering(dataset, options);
    if (!isAtUrl(dataset)) files.push(...(await unpackRemoteKit(kitwright, dataset, options, chain)));
    else {
      const { path, remotePath: url } = dataset;
      const kept = !(await unpackRemoteData(kitwright, dataset, options));
      options.onStep({ step: 'remote-data', url, path, kept });
      files.push(kept ? 0 : 1);
    }
  }
  return files;
}

/** Kits whose datasets one unpack fetches, since each may name many others; and how often it fetches the same one. */
const [maxRemoteKits, maxOfOneKit] = [100, 3];

/** Whatever its names are, a kit is known by its digest. */
function noteRemoteKit({ remoteKits }: Run, { descriptor }: LoadedKit, reference: string): void {
  remoteKits.push(descriptor.digest);
  if (remoteKits.length > maxRemoteKits)
    throw new KitwrightError('unpack-refused', `The kit refers to datasets in more than ${maxRemoteKits} kits.`);
  if (remoteKits.filter((digest) => digest === descriptor.digest).length > maxOfOneKit)
    throw new KitwrightError(
      'unpack-refused',
      `The kit refers to the datasets of ${reference} more than ${maxOfOneKit} times, and each time they would be fetched.`,
    );
}

/** Where a dataset goes may steer tools, whatever its files are called: `.git` makes a `config` one. */
function noteSteering({ path }: RemoteDataset, { steering }: Run): void {
  const place = bytePath(cleanPath(path));
  if (steersTools(place, 0)) steering.push(displayPath(place));
}

/** The datasets of another kit, all of them: the dataset that names it was selected. */
async function unpackRemoteKit(
  kitwright: Kitwright,
  dataset: RemoteDataset,
  options: Run,
  chain: readonly string[],
): Promise<readonly number[]> {
  const reference = withDefaultTag(parseReference(dataset.remotePath));
  const longer = extendChain(chain, formatReference(reference));
  const kit = await loadKit(reference, options.targets, options.named);
  noteRemoteKit(options, kit, dataset.remotePath);
  requireNamedLayers(kitwright, kit, datasetsOnly);
  using opened = cleaned(openDatasetDirectory(dataset, options));
  options.onStep({ step: 'remote-kit', reference: dataset.remotePath, path: dataset.path });
  const shown = join(options.shown, dataset.path);
  const inside: Run = { ...options, reference, directory: textOf(opened.path), shown, made: [], brought: new Set() };
  try {
    return [
      ...(await unpackRemotes(kitwright, kit, datasetsOnly, inside, longer)),
      ...(await unpackElements(kitwright, kit, datasetsOnly, inside)),
    ];
  } finally {
    // Its directory is open until here only.
    if (!inside.isScratch) setDirectoryModes(inside.made);
  }
}
