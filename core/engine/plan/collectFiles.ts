import { realpathSync } from 'node:fs';
import { KitwrightError } from '../errors/KitwrightError.ts';
import { type BytePath, fsPath, joinPath, parentOf, parentsOf, textOf } from '../files/bytePath.ts';
import { displayPath } from '../files/displayPath.ts';
import { readFingerprint } from '../files/fingerprint.ts';
import { isWithin } from '../files/isWithin.ts';
import { type ListDirectory, typeOf, type WalkEntry, walk } from '../files/walk.ts';
import type { Diagnostic } from '../host/events.ts';
import type { LayerTree, PlanEntry, PlanFile } from '../host/nouns.ts';
import type { IgnoreRules } from './ignoreRules.ts';

export interface CollectOptions {
  readonly directory: BytePath;
  readonly rules: IgnoreRules;
  /** Clean paths of all layers, of this kit and of its ancestors: what lies in an inner one is not in the outer one. */
  readonly claimed: readonly string[];
  readonly list: ListDirectory;
  readonly skip: (file: PlanFile, entry: PlanEntry) => boolean;
  readonly diagnostic: (diagnostic: Diagnostic) => void;
}

/** The view of the packed directory that a layer type gets for one element. */
export function layerTree(options: CollectOptions, entry: PlanEntry): LayerTree {
  return {
    directory: options.directory,
    entry,
    entries: () => collect(options, entry),
    regularFile: () => regularFile(options, entry),
  };
}

interface Collector {
  readonly options: CollectOptions;
  readonly entry: PlanEntry;
  readonly files: PlanFile[];
  readonly inner: readonly string[];
}

function collect(options: CollectOptions, entry: PlanEntry): readonly PlanFile[] {
  checkInside(entry);
  const fingerprint = fingerprintAt(options.directory, entry);
  const inner = options.claimed.filter((path) => path !== entry.clean && isWithin(path, entry.clean));
  const collector: Collector = { options, entry, files: [], inner };
  addParents(collector);
  const root: WalkEntry = { path: entry.clean, type: typeOf(fingerprint.mode), fingerprint };
  if (root.type === 'other') throw notAFile(entry);
  if (entry.clean === '.') walk(options.directory, (found) => visit(collector, found), options.list);
  else if (visit(collector, root) !== 'skip' && root.type === 'directory') {
    walk(options.directory, (found) => visit(collector, found), options.list, entry.clean);
  }
  warnIfEmpty(collector);
  return collector.files;
}

function checkInside(entry: PlanEntry): void {
  if (entry.clean === '..' || entry.clean.startsWith('../')) throw outside(entry.path, 'it starts with ".."');
}

function outside(path: string, target: string): KitwrightError {
  return new KitwrightError('layer-path-outside', `${path} lies outside the packed directory (${target}).`, {
    data: { path },
    hint: 'Move it below the packed directory, or leave the link out with .kitignore.',
  });
}

function fingerprintAt(directory: BytePath, entry: PlanEntry) {
  const fingerprint = readFingerprint(joinPath(directory, entry.clean));
  if (fingerprint) return fingerprint;
  const message = `The path ${displayPath(entry.clean)} of the ${entry.role} layer (${entry.id}) does not exist.`;
  throw new KitwrightError('layer-path-missing', message, { data: { path: entry.path, id: entry.id } });
}

function addParents(collector: Collector): void {
  const { directory, rules } = collector.options;
  for (const path of parentsOf(collector.entry.clean)) {
    const fingerprint = readFingerprint(joinPath(directory, path));
    if (fingerprint && typeOf(fingerprint.mode) === 'link') checkParentLink(directory, path);
    if (fingerprint && !rules.ignores(path)) add(collector, path, { path, type: 'directory', fingerprint });
  }
}

function checkParentLink(directory: BytePath, path: BytePath): never {
  follow(directory, path);
  throw new KitwrightError(
    'layer-path-refused',
    `${displayPath(path)} is a link to a directory; name the directory itself.`,
    {
      data: { path: textOf(path) },
    },
  );
}

interface Followed {
  readonly target: BytePath;
  readonly entry: WalkEntry;
}

/** Where a link leads, within the packed directory. Throws `layer-path-outside`; undefined for a dangling link. */
function follow(directory: BytePath, path: BytePath): Followed | undefined {
  const target = realPath(joinPath(directory, path));
  if (target === undefined) return undefined;
  if (!isWithin(target, realPath(directory) ?? directory)) throw outside(displayPath(path), displayPath(target));
  const fingerprint = readFingerprint(target);
  return fingerprint && { target, entry: { path, type: typeOf(fingerprint.mode), fingerprint } };
}

function realPath(path: BytePath): BytePath | undefined {
  try {
    return realpathSync.native(fsPath(path) as string, { encoding: 'latin1' as BufferEncoding });
  } catch {
    return undefined;
  }
}

function add(collector: Collector, path: BytePath, found: WalkEntry, target?: BytePath): void {
  const type = found.type === 'directory' ? 'directory' : 'file';
  const file: PlanFile = { path, type, fingerprint: found.fingerprint, ...(target === undefined ? {} : { target }) };
  if (!collector.options.skip(file, collector.entry)) collector.files.push(file);
}

function notAFile(entry: PlanEntry): KitwrightError {
  return new KitwrightError(
    'layer-path-refused',
    `The path ${displayPath(entry.clean)} (${entry.id}) is neither a file nor a directory.`,
    {
      data: { path: entry.path, id: entry.id },
    },
  );
}

function visit(collector: Collector, found: WalkEntry): 'skip' | undefined {
  const { rules } = collector.options;
  if (collector.inner.includes(found.path)) return 'skip';
  const ignored = rules.ignores(found.path);
  if (ignored) return found.type === 'directory' && !rules.hasExceptions ? 'skip' : undefined;
  if (found.type === 'link') addLink(collector, found.path);
  else if (found.type !== 'other') add(collector, found.path, found);
  return undefined;
}

/**
 * What a link leads to is packed under the link's name; kit drops it. A link to a directory above itself adds nothing.
 */
function addLink(collector: Collector, path: BytePath): void {
  const what = linkOutcome(collector, path);
  collector.options.diagnostic({ level: 'warning', message: `The link ${displayPath(path)} ${what}.` });
}

function linkOutcome(collector: Collector, path: BytePath): string {
  const { directory } = collector.options;
  const followed = follow(directory, path);
  if (!followed) return 'leads nowhere and is left out';
  const { target, entry } = followed;
  if (entry.type === 'directory') {
    const here = realPath(joinPath(directory, parentOf(path) || '.')) ?? directory;
    if (isWithin(here, target)) return 'leads to a directory above itself and is left out';
    add(collector, path, entry);
    walk(target, (below) => addLinked(collector, path, target, below), collector.options.list);
  } else if (entry.type === 'file') add(collector, path, entry, target);
  else return 'leads to a special file and is left out';
  return 'was followed: what it leads to is packed under its name';
}

function addLinked(collector: Collector, link: BytePath, target: BytePath, below: WalkEntry): 'skip' | undefined {
  const path = `${link}/${below.path}`;
  if (below.type === 'link') {
    throw new KitwrightError('layer-path-refused', `${displayPath(path)} is a link below a followed link.`, {
      data: { path: textOf(path) },
      hint: 'Replace the links by what they lead to, or leave them out with .kitignore.',
    });
  }
  if (collector.options.rules.ignores(path)) return 'skip';
  if (below.type !== 'other') add(collector, path, below, joinPath(target, below.path));
  return undefined;
}

/** `kit` warns of a layer without content, and packs it. */
function warnIfEmpty({ options, entry, files }: Collector): void {
  const path = displayPath(entry.clean);
  const message = options.rules.ignores(entry.clean)
    ? `The ${entry.role} layer path ${path} is ignored by .kitignore.`
    : `No files were detected in the ${entry.role} layer with path ${path}: it is empty.`;
  if (
    !files.some(({ type, fingerprint }) => type === 'file' && fingerprint.size > 0) ||
    options.rules.ignores(entry.clean)
  ) {
    options.diagnostic({ level: 'warning', message });
  }
}

function regularFile(options: CollectOptions, entry: PlanEntry): PlanFile {
  checkInside(entry);
  const fingerprint = fingerprintAt(options.directory, entry);
  const type = typeOf(fingerprint.mode);
  const followed = type === 'link' ? follow(options.directory, entry.clean) : undefined;
  const found = followed?.entry ?? { type, fingerprint };
  if (found.type !== 'file') {
    throw new KitwrightError(
      'layer-path-refused',
      `The path ${displayPath(entry.clean)} (${entry.id}) is not a regular file, so it cannot be a raw layer.`,
      {
        data: { path: entry.path, id: entry.id },
        hint: 'Use the layer format "tar" for directories.',
      },
    );
  }
  return {
    path: entry.clean,
    type: 'file',
    fingerprint: found.fingerprint,
    ...(followed ? { target: followed.target } : {}),
  };
}
