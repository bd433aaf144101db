import { KitwrightError } from '../errors/KitwrightError.ts';
import { type BytePath, joinPath, parentsOf } from '../files/bytePath.ts';
import { displayPath } from '../files/displayPath.ts';
import { type Fingerprint, readFingerprint } from '../files/fingerprint.ts';
import { fingerprintsTo } from '../files/fingerprintBelow.ts';
import { isWithin } from '../files/isWithin.ts';
import { typeOf } from '../files/walk.ts';
import type { Diagnostic } from '../host/events.ts';
import type { LayerTree, PlanEntry, PlanFile, PlannedLayer } from '../host/nouns.ts';
import { plannedTable } from '../host/plannedTable.ts';
import { maxEntries } from '../layers/layerLimits.ts';
import { createFileList, type FileList, type ThreadsNeeded } from './createFileList.ts';
import { followLink } from './followLink.ts';
import { addFile, type LayerRoot, type LayerWalk, walkLayer } from './walkLayer.ts';

export interface CollectOptions extends Omit<LayerWalk, 'entry' | 'files' | 'isInner'> {
  /** Clean paths of all layers, of this kit and of its ancestors: what lies in an inner one is not in the outer one. */
  readonly claimed: ReadonlySet<BytePath>;
  readonly diagnostic: (diagnostic: Diagnostic) => void;
  /** Called while the files of a large layer that changed are still collected: how many threads it will need. */
  readonly onMany: (entry: PlanEntry, threads: ThreadsNeeded) => void;
  /** When the layer was built last, in ns since 1970; undefined = never. */
  readonly builtAt: (entry: PlanEntry) => bigint | undefined;
}

/** The view of the packed directory that a layer type gets for one element. */
export function layerTree(options: CollectOptions, entry: PlanEntry): LayerTree {
  return {
    directory: options.directory,
    entry,
    entries: () => collect(options, entry).files(),
    regularFile: () => regularFile(options, entry),
  };
}

/** The files of a layer that packs everything that belongs to its element; as a table, if they fit into one. */
export function plannedEntries(options: CollectOptions, entry: PlanEntry): (entry: PlanEntry) => PlannedLayer {
  const list = collect(options, entry);
  const table = list.table();
  return (last) => (table ? plannedTable(last, table) : { entry: last, files: list.files() });
}

function collect(options: CollectOptions, entry: PlanEntry): FileList {
  const { root, onWay } = rootOf(options, entry);
  if (root.type === 'other') throw refuse(entry, 'is neither a file nor a directory');
  const isInner = (path: BytePath) => path !== entry.clean && options.claimed.has(path);
  const layer: LayerWalk = {
    ...options,
    entry,
    files: createFileList(
      (threads) => options.onMany(entry, threads),
      () => options.builtAt(entry),
    ),
    isInner,
  };
  addParents(layer, onWay);
  walkLayer(layer, root);
  if (root.target !== undefined) layer.links.note(entry.clean, 'followed');
  if (layer.files.count() > maxEntries) throw refuse(entry, `has more than ${maxEntries} files and directories`);
  warnIfEmpty(options, layer);
  return layer.files;
}

interface Found {
  readonly root: LayerRoot;
  readonly onWay: OnWay;
}

/** What is on the way to a path, outermost first, and at it; up to the first link. */
type OnWay = readonly (Fingerprint | undefined)[];

/** What is at the path of a layer; links on the way to it are followed within the packed directory. */
function rootOf(options: CollectOptions, entry: PlanEntry): Found {
  const { clean } = entry;
  if (clean === '..' || clean.startsWith('../')) throw outside(entry, 'it starts with ".."');
  if (!readFingerprint(joinPath(options.directory, clean))) throw missing(entry, 'does not exist');
  const onWay = fingerprintsTo(options.directory, clean, options.bounds.seen);
  if (onWay.some(isLink)) return { root: linkedRoot(options, entry), onWay };
  const found = onWay.at(-1);
  if (!found) throw missing(entry, 'was removed, or replaced by a link');
  return { root: { type: typeOf(found.mode), fingerprint: found, target: undefined }, onWay };
}

function isLink(fingerprint: Fingerprint | undefined): boolean {
  return fingerprint !== undefined && typeOf(fingerprint.mode) === 'link';
}

/** Here a link that cannot be followed is no oddity to pass over: the Kitfile names it. */
function linkedRoot({ bounds, rules, links }: CollectOptions, entry: PlanEntry): LayerRoot {
  const followed = followLink(bounds, joinPath(bounds.directory, entry.clean));
  if (followed.outcome === 'nowhere') throw missing(entry, 'is a link to something that does not exist');
  if (followed.outcome === 'outside') throw outside(entry, 'a link leads there');
  if (!('target' in followed)) throw refuse(entry, 'is a link to a special file, or to what cannot be read');
  const { outcome: type, target, fingerprint } = followed;
  if (isWithin(target, bounds.directory) && rules.ignores(target.slice(bounds.directory.length + 1)))
    throw refuse(entry, 'is a link to what .kitignore leaves out');
  if (type === 'file' && !links.takesFile(fingerprint))
    throw refuse(entry, 'is a link to a file that links bring in too often');
  return { type, fingerprint, target };
}

function missing({ clean, role, id, path }: PlanEntry, why: string): KitwrightError {
  const message = `The path ${displayPath(clean)} of the ${role} layer (${id}) ${why}.`;
  return new KitwrightError('layer-path-missing', message, { data: { path, id } });
}

function outside({ path }: PlanEntry, why: string): KitwrightError {
  return new KitwrightError('layer-path-outside', `${path} lies outside the packed directory (${why}).`, {
    data: { path },
    hint: 'Move it below the packed directory, or pack a directory that holds both.',
  });
}

function refuse({ clean, id, path }: PlanEntry, why: string, hint?: string): KitwrightError {
  const message = `The path ${displayPath(clean)} (${id}) ${why}.`;
  return new KitwrightError('layer-path-refused', message, { data: { path, id }, ...(hint ? { hint } : {}) });
}

/** `kit` packs the directories above a layer along with it. */
function addParents(layer: LayerWalk, onWay: OnWay): void {
  const { entry } = layer;
  const firstLink = onWay.findIndex(isLink);
  parentsOf(entry.clean).forEach((path, i) => {
    const fingerprint = firstLink < 0 || i < firstLink ? onWay[i] : overLink(layer, path);
    if (fingerprint && !layer.rules.ignores(path)) addFile(layer, path, { type: 'directory', fingerprint });
  });
}

/** Of a link on the way, what it leads to; what lies behind one has no name in the kit but that. */
function overLink({ directory, bounds }: LayerWalk, path: BytePath): Fingerprint | undefined {
  if (!isLink(readFingerprint(joinPath(directory, path)))) return undefined;
  const followed = followLink(bounds, joinPath(bounds.directory, path));
  return 'target' in followed ? followed.fingerprint : undefined;
}

/** `kit` warns of a layer without content, and packs it. */
function warnIfEmpty({ rules, diagnostic }: CollectOptions, { entry, files }: LayerWalk): void {
  const path = displayPath(entry.clean);
  const isIgnored = rules.ignores(entry.clean);
  const message = isIgnored
    ? `The ${entry.role} layer path ${path} is ignored by .kitignore.`
    : `No files were detected in the ${entry.role} layer with path ${path}: it is empty.`;
  if (!files.hasContent() || isIgnored) diagnostic({ level: 'warning', message });
}

function regularFile(options: CollectOptions, entry: PlanEntry): PlanFile {
  const { type, fingerprint, target } = rootOf(options, entry).root;
  if (type !== 'file')
    throw refuse(
      entry,
      'is not a regular file, so it cannot be a raw layer',
      'Use the layer format "tar" for directories.',
    );
  return { path: entry.clean, type, fingerprint, ...(target === undefined ? {} : { target }) };
}
