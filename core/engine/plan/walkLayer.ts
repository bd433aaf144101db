import { KitwrightError } from '../errors/KitwrightError.ts';
import { type BytePath, joinPath, parentOf, textOf } from '../files/bytePath.ts';
import { maxEntryPath } from '../files/checkEntryName.ts';
import { displayPath } from '../files/displayPath.ts';
import type { Fingerprint } from '../files/fingerprint.ts';
import { isWithin } from '../files/isWithin.ts';
import { type ListDirectory, type WalkEntry, walk } from '../files/walk.ts';
import type { PlanEntry, PlanFile } from '../host/nouns.ts';
import type { FileList } from './createFileList.ts';
import { followLink, type LinkBounds } from './followLink.ts';
import type { IgnoreRules } from './ignoreRules.ts';
import type { LinkOutcome, LinkReport } from './linkReport.ts';

/** One layer while its files are collected. */
export interface LayerWalk {
  /** Absolute path of the packed directory. */
  readonly directory: BytePath;
  readonly entry: PlanEntry;
  readonly files: FileList;
  /** Is this the path of another layer, which lies in this one? What is in it is not in here. */
  readonly isInner: (path: BytePath) => boolean;
  readonly rules: IgnoreRules;
  readonly bounds: LinkBounds;
  readonly links: LinkReport;
  readonly list: ListDirectory;
  readonly skip: (file: PlanFile, entry: PlanEntry) => boolean;
  /** Is this absolute path ours (`ownData`)? Undefined where all of that is elsewhere. */
  readonly isStore: ((path: BytePath) => boolean) | undefined;
}

/** What is at the path of a layer. */
export interface LayerRoot extends Pick<WalkEntry, 'type' | 'fingerprint'> {
  /** The real path, where the path of the layer leads over a link. */
  readonly target: BytePath | undefined;
}

/** Collects what is at the path of the layer, and below it. */
export function walkLayer(layer: LayerWalk, { type, fingerprint, target }: LayerRoot): void {
  const { directory, list, rules } = layer;
  const path = layer.entry.clean;
  if (path === '.') walk(directory, (found) => visit(layer, found), list, '', layer.bounds.seen);
  else if (target !== undefined && type === 'directory') {
    if (!rules.hasExceptions && rules.ignores(path)) return;
    const outcome = packDirectory(layer, { path, target, above: [], isCopy: false }, fingerprint);
    if (outcome !== 'followed') layer.links.note(path, outcome);
  } else if (visit(layer, { path, type, fingerprint }, target) !== 'skip' && type === 'directory')
    walk(directory, (found) => visit(layer, found), list, path, fingerprint);
}

/** Something below the packed directory; no directory on the way is a link. */
function visit(layer: LayerWalk, found: WalkEntry, target?: BytePath): 'skip' | undefined {
  const { rules, bounds } = layer;
  const { path } = found;
  if (layer.isInner(path)) return 'skip';
  if (rules.ignores(path)) return found.type === 'directory' && !rules.hasExceptions ? 'skip' : undefined;
  if (found.type === 'link') packLink(layer, { path, at: joinPath(bounds.directory, path), above: [] });
  else if (found.type !== 'other') addFile(layer, path, found, target);
  return undefined;
}

/** `target` is the real path, where a link leads there. */
export function addFile(
  { directory, entry, files, skip, isStore }: LayerWalk,
  path: BytePath,
  { type, fingerprint }: Pick<WalkEntry, 'type' | 'fingerprint'>,
  target?: BytePath,
): void {
  if (path.length > maxEntryPath) throw tooLong(path);
  if (isStore?.(target ?? joinPath(directory, path))) return;
  const isFile = type !== 'directory';
  const link = isFile && target !== undefined ? { target } : {};
  const file: PlanFile = { path, type: isFile ? 'file' : 'directory', fingerprint, ...link };
  if (!skip(file, entry)) files.add(file);
}

function tooLong(path: BytePath): KitwrightError {
  const message = `A path has more than ${maxEntryPath} bytes: ${displayPath(path.slice(0, 100))}...`;
  return new KitwrightError('layer-path-refused', message, { data: { path: textOf(path) } });
}

interface Link {
  /** In the kit. */
  readonly path: BytePath;
  /** Where the link itself is: a real path. */
  readonly at: BytePath;
  /** Real directories of the links over which the walk came here. */
  readonly above: readonly BytePath[];
}

/** What a link leads to is packed under its name, as far as that is safe and has an end. */
function packLink(layer: LayerWalk, link: Link): void {
  layer.links.note(link.path, outcomeOf(layer, link));
}

function outcomeOf(layer: LayerWalk, link: Link): LinkOutcome {
  const followed = followLink(layer.bounds, link.at);
  if (!('target' in followed)) return followed.outcome;
  const { outcome: type, target, fingerprint } = followed;
  if (isIgnored(layer, target)) return 'ignored';
  if (type === 'file') {
    if (!layer.links.takesFile(fingerprint)) return 'too-often';
    addFile(layer, link.path, { type, fingerprint }, target);
    return 'followed';
  }
  const above = [...link.above, parentOf(link.at)];
  if (above.some((directory) => isWithin(directory, target))) return 'above';
  const isCopy = link.above.length > 0 || isInLayer(layer, target);
  if (isCopy && !layer.links.hasRoom()) return 'too-many';
  return packDirectory(layer, { path: link.path, target, above, isCopy }, fingerprint);
}

function isInLayer({ bounds, entry }: LayerWalk, target: BytePath): boolean {
  return entry.clean === '.' || isWithin(target, joinPath(bounds.directory, entry.clean));
}

/** A path of the packed directory that `.kitignore` leaves out comes in by no other name. */
function isIgnored({ bounds, rules }: LayerWalk, target: BytePath): boolean {
  return isWithin(target, bounds.directory) && rules.ignores(target.slice(bounds.directory.length + 1));
}

/** A directory that is packed under another name than its own. */
interface LinkedDirectory {
  readonly path: BytePath;
  readonly target: BytePath;
  readonly above: readonly BytePath[];
  /** Is what it holds in the layer already, or are there links to links: may it multiply? */
  readonly isCopy: boolean;
}

/** A linked directory while it is gone through. */
interface LinkedWalk extends LinkedDirectory {
  /** Directories below it, and itself (''), to which links have led before. */
  readonly again: Set<BytePath>;
}

function packDirectory(layer: LayerWalk, directory: LinkedDirectory, fingerprint: Fingerprint): LinkOutcome {
  const { rules, links, list } = layer;
  const { path, target } = directory;
  const again = new Set(links.isAgain(fingerprint) ? [''] : []);
  if (again.size && !links.hasRoom()) return 'too-many';
  if (!rules.ignores(path)) addFile(layer, path, { type: 'directory', fingerprint }, target);
  const linked: LinkedWalk = { ...directory, again };
  walk(target, (found) => visitLinked(layer, linked, found), list, '', fingerprint);
  return 'followed';
}

function visitLinked(layer: LayerWalk, linked: LinkedWalk, found: WalkEntry): 'skip' | undefined {
  const { rules, links } = layer;
  const path = `${linked.path}/${found.path}`;
  const at = joinPath(linked.target, found.path);
  const isCopy = linked.isCopy || (linked.again.size > 0 && linked.again.has(parentOf(found.path)));
  if (isCopy) links.addCopy();
  if (layer.isInner(path)) return 'skip';
  if (path.length > maxEntryPath) {
    links.note(path, 'too-long');
    return 'skip';
  }
  if (rules.ignores(path) || isIgnored(layer, at))
    return found.type === 'directory' && !rules.hasExceptions ? 'skip' : undefined;
  if (found.type === 'directory' && links.isAgain(found.fingerprint)) {
    linked.again.add(found.path);
    if (!links.hasRoom()) {
      links.note(path, 'too-many');
      return 'skip';
    }
  }
  if (found.type === 'link') packLink(layer, { path, at, above: linked.above });
  else if (found.type === 'file' && !links.takesFile(found.fingerprint, isCopy ? 'always' : 'if-large'))
    links.note(path, 'too-often');
  else if (found.type !== 'other') addFile(layer, path, found, at);
  return undefined;
}
