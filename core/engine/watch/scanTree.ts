import { createHash } from 'node:crypto';
import { type BytePath, fromNative, joinPath, parentsOf } from '../files/bytePath.ts';
import type { Fingerprint } from '../files/fingerprint.ts';
import { fingerprintBelow } from '../files/fingerprintBelow.ts';
import { targetFingerprint } from '../files/followPath.ts';
import { joinStatTrees, type StatTree, statTreeOf } from '../files/statTree.ts';
import { type Listed, listDirectory, typeOf } from '../files/walk.ts';
import { type IgnoreRules, readIgnoreRules } from '../plan/ignoreRules.ts';
import { openPacked } from '../plan/openPacked.ts';

/** What a scan reads: everything that a plan depends on. */
export interface TreeRequest {
  /** Absolute native path of the packed directory. */
  readonly directory: string;
  /** Clean paths of the layers. */
  readonly paths: readonly string[];
  /** Absolute native paths of files that control the plan: Kitfile, .kitignore. */
  readonly files: readonly string[];
  /** Absolute path of the store, which is never part of a kit. */
  readonly storeRoot: string;
  /** A tree with this signature need not be returned. */
  readonly known: string | undefined;
}

export interface ScannedTree {
  /** Equal if nothing changed; undefined if the scan cannot know. */
  readonly signature: string | undefined;
  /** Undefined if it is not wanted or could not be read: listing the directories then reports the reason. */
  readonly tree: StatTree | undefined;
  /** The packed directory that was scanned: another one may take its place afterwards. */
  readonly top: Fingerprint | undefined;
  /** Duration in ms. */
  readonly elapsed: number;
}

/**
 * Reads the stat data of everything that a plan is made of, directory by directory. An idle watch compares one hash of
 * it, which needs no memory. A failure gives undefined; the plan then reports the reason.
 */
export function scanTree(request: TreeRequest, pause: () => unknown = () => undefined): ScannedTree {
  const started = performance.now();
  const since = () => performance.now() - started;
  try {
    using packed = openPacked(request.directory);
    const { seen: top } = packed;
    const scan: Scan = {
      directory: fromNative(request.directory),
      top,
      storeRoot: fromNative(request.storeRoot),
      rules: readIgnoreRules(request.directory, packed.at),
      trees: new Map(),
      pause,
      hasLinks: false,
    };
    const steering = [request.directory, ...request.files].map(statText);
    const words = [...steering, ...request.paths.flatMap((path) => scanLayer(scan, path))];
    const signature = scan.hasLinks ? undefined : signatureOf(words, scan.trees.values());
    const isKnown = signature !== undefined && signature === request.known;
    const tree = isKnown ? undefined : joinStatTrees([...scan.trees.values()]);
    return { signature, tree, top, elapsed: since() };
  } catch {
    return { signature: undefined, tree: undefined, top: undefined, elapsed: since() };
  }
}

interface Scan {
  readonly directory: BytePath;
  readonly top: Fingerprint | undefined;
  readonly storeRoot: BytePath;
  readonly rules: IgnoreRules;
  readonly trees: Map<BytePath, StatTree>;
  /** Called between two directories. */
  readonly pause: () => unknown;
  /** A link may lead to files that are not scanned. */
  hasLinks: boolean;
}

function statText(path: string): string {
  return Object.values(targetFingerprint(fromNative(path)) ?? {}).join(' ');
}

/**
 * Scans below one layer; returns the fingerprints of its path's parents for the signature. Paths outside are not read,
 * because the plan refuses them.
 */
function scanLayer(scan: Scan, path: BytePath): readonly string[] {
  if (path === '..' || path.startsWith('../')) return [];
  const above = [...parentsOf(path), path].map((part) => ({
    part,
    fingerprint: fingerprintBelow(scan.directory, part, scan.top),
  }));
  scan.hasLinks ||= above.some(({ fingerprint }) => fingerprint && isType(fingerprint, 'link'));
  const fingerprint = above.at(-1)?.fingerprint;
  if (path === '.') scanDirectory(scan, '', scan.top);
  else if (fingerprint && isType(fingerprint, 'directory') && !isLeftOut(scan, path))
    scanDirectory(scan, path, fingerprint);
  return above.map((found) => fingerprintText(found.part, found.fingerprint));
}

function isType({ mode }: Fingerprint, type: ReturnType<typeof typeOf>): boolean {
  return typeOf(mode) === type;
}

function scanDirectory(scan: Scan, path: BytePath, seen?: Fingerprint): void {
  const directory = path === '' ? scan.directory : joinPath(scan.directory, path);
  if (scan.trees.has(directory)) return;
  const below: { readonly path: BytePath; readonly fingerprint: Fingerprint }[] = [];
  const covered = function* (): Generator<Listed> {
    for (const entry of listDirectory(directory, seen)) {
      if (isType(entry.fingerprint, 'directory')) {
        const inner = joinPath(path, entry.name);
        if (isLeftOut(scan, inner)) continue;
        below.push({ path: inner, fingerprint: entry.fingerprint });
      }
      scan.hasLinks ||= isType(entry.fingerprint, 'link');
      yield entry;
    }
  };
  scan.trees.set(directory, statTreeOf(directory, covered()));
  scan.pause();
  for (const inner of below) scanDirectory(scan, inner.path, inner.fingerprint);
}

/** Directories that no plan enters. */
function isLeftOut({ directory, storeRoot, rules }: Scan, path: BytePath): boolean {
  return joinPath(directory, path) === storeRoot || (!rules.hasExceptions && rules.ignores(path));
}

function fingerprintText(path: BytePath, fingerprint: Fingerprint | undefined): string {
  return [path, ...(fingerprint ? Object.values(fingerprint) : [])].join(' ');
}

function signatureOf(words: readonly string[], trees: Iterable<StatTree>): string {
  const hash = createHash('sha256');
  // No name contains a NUL byte.
  hash.update(`${words.join('\0')}\0\0`);
  for (const { names, fingerprints } of trees) hash.update(names).update(fingerprints);
  return hash.digest('base64');
}
