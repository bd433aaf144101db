import { createHash } from 'node:crypto';
import { type BytePath, fromNative, joinPath, parentsOf } from '../files/bytePath.ts';
import { type Fingerprint, fileId } from '../files/fingerprint.ts';
import { fingerprintsTo } from '../files/fingerprintBelow.ts';
import { targetFingerprint } from '../files/followPath.ts';
import { directoryOf, hasType, listedIn, listFrom, type StatTree, statTreeOf } from '../files/statTree.ts';
import { listDirectory, typeOf } from '../files/walk.ts';
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
  /** Of each directory. Undefined if they are not wanted or could not be read: listing them then reports the reason. */
  readonly trees: readonly StatTree[] | undefined;
  /** The packed directory that was scanned: another one may take its place afterwards. */
  readonly top: Fingerprint | undefined;
  /** Duration in ms. */
  readonly elapsed: number;
}

/** Lists directories of one depth, each by itself; in any order. */
export type ListLevel = (directories: readonly FoundDirectory[]) => Promise<readonly StatTree[]>;

/** A directory that a scan enters. */
export interface FoundDirectory {
  /** Absolute. */
  readonly path: BytePath;
  /** Undefined for the packed directory, where nobody can tell. */
  readonly seen: Fingerprint | undefined;
}

/**
 * Reads the stat data of everything that a plan is made of, depth by depth. An idle watch compares one hash of it, which
 * needs no memory. A failure gives undefined; the plan then reports the reason.
 */
export async function scanTree(request: TreeRequest, list: ListLevel = listAlone()): Promise<ScannedTree> {
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
      hasLinks: false,
    };
    const steering = [request.directory, ...request.files].map(statText);
    const layers = request.paths.map((path) => findLayer(scan, path));
    const words = [...steering, ...layers.flatMap(({ above }) => above)];
    await scanBelow(
      scan,
      layers.flatMap(({ root }) => root ?? []),
      list,
    );
    const trees = [...scan.trees.values()].filter((tree) => tree !== undefined);
    const signature = scan.hasLinks ? undefined : signatureOf(words, trees);
    const isKnown = signature !== undefined && signature === request.known;
    return { signature, trees: isKnown ? undefined : trees, top, elapsed: since() };
  } catch {
    return { signature: undefined, trees: undefined, top: undefined, elapsed: since() };
  }
}

/** What a scan knows of directories, if `top` is the packed directory that it scanned. */
export function listScanned(
  { trees, top: scanned }: ScannedTree,
  top: Fingerprint | undefined,
): ReturnType<typeof listFrom> {
  const isSame = top && scanned && fileId(top) === fileId(scanned);
  return trees && isSame ? listFrom(trees) : () => undefined;
}

/** One directory after the other; `pause` is called between two. */
export function listAlone(pause: () => unknown = () => undefined): ListLevel {
  return async (directories) =>
    directories.map(({ path, seen }) => {
      const tree = statTreeOf(path, listDirectory(path, seen));
      pause();
      return tree;
    });
}

interface Scan {
  readonly directory: BytePath;
  readonly top: Fingerprint | undefined;
  readonly storeRoot: BytePath;
  readonly rules: IgnoreRules;
  /** In the order in which directories were found; undefined until one is listed. */
  readonly trees: Map<BytePath, StatTree | undefined>;
  /** A link may lead to files that are not scanned. */
  hasLinks: boolean;
}

function statText(path: string): string {
  return Object.values(targetFingerprint(fromNative(path)) ?? {}).join(' ');
}

/**
 * Where the scan of a layer begins, and the fingerprints of its path's parents for the signature. Paths outside are not
 * read, because the plan refuses them.
 */
function findLayer(
  scan: Scan,
  path: BytePath,
): { readonly root?: FoundDirectory | undefined; readonly above: readonly string[] } {
  if (path === '..' || path.startsWith('../')) return { above: [] };
  const onWay = fingerprintsTo(scan.directory, path, scan.top);
  const above = [...parentsOf(path), path].map((part, i) => ({ part, fingerprint: onWay[i] }));
  scan.hasLinks ||= above.some(({ fingerprint }) => fingerprint && isType(fingerprint, 'link'));
  const seen = path === '.' ? scan.top : above.at(-1)?.fingerprint;
  const isEntered = path === '.' || (seen && isType(seen, 'directory') && !isLeftOut(scan, path));
  return {
    root: isEntered ? { path: path === '.' ? scan.directory : joinPath(scan.directory, path), seen } : undefined,
    above: above.map((found) => fingerprintText(found.part, found.fingerprint)),
  };
}

function isType({ mode }: Fingerprint, type: ReturnType<typeof typeOf>): boolean {
  return typeOf(mode) === type;
}

async function scanBelow(scan: Scan, roots: readonly FoundDirectory[], list: ListLevel): Promise<void> {
  const { trees } = scan;
  const isFresh = ({ path }: FoundDirectory) => {
    if (trees.has(path)) return false;
    trees.set(path, undefined);
    return true;
  };
  for (let level = roots.filter(isFresh); level.length > 0; ) {
    const found: FoundDirectory[] = [];
    const listed = new Map((await list(level)).map((tree) => [directoryOf(tree), tree]));
    for (const { path } of level) {
      const tree = listed.get(path);
      if (tree) trees.set(path, covered(scan, path, tree, found));
    }
    level = found.filter(isFresh);
  }
}

/** What a plan enters of a directory that was listed; `below` gets the directories in it. */
function covered(scan: Scan, directory: BytePath, tree: StatTree, below: FoundDirectory[]): StatTree {
  scan.hasLinks ||= hasType(tree, 'link');
  if (!hasType(tree, 'directory')) return tree;
  const all = listedIn(tree);
  const entered = all.filter(({ name, fingerprint }) => {
    if (!isType(fingerprint, 'directory')) return true;
    const path = joinPath(directory, name);
    if (isLeftOut(scan, path.slice(withSlash(scan.directory).length))) return false;
    below.push({ path, seen: fingerprint });
    return true;
  });
  return entered.length === all.length ? tree : statTreeOf(directory, entered);
}

function withSlash(path: BytePath): BytePath {
  return path.endsWith('/') ? path : `${path}/`;
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
