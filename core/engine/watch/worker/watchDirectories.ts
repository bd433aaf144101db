import { lstatSync, readdirSync } from 'node:fs';
import { join, sep } from 'node:path';
import { type FSWatcher, watch } from 'chokidar';

/** Called by a watcher: with an error, or without one when something changed. */
export type TellHint = (message?: { readonly error?: string }) => void;

const neverWatched = new Set(['.git', 'node_modules', '__pycache__']);

/**
 * Watches directories, never the files in them: a directory reports changes of all its entries, and 50,000 files cost
 * nothing. New directories are watched too. `onReady` is called once the first of them are watched.
 */
export function watchDirectories(root: string, tell: TellHint, onReady: () => void) {
  const watched = new Map<string, Watched>();
  const forget = (path: string): void => {
    const batch = watched.get(path)?.batch;
    watched.delete(path);
    batch?.paths.delete(path);
    if (batch?.paths.size === 0) void batch.watcher.close();
  };
  const forgetTree = (path: string): void => {
    for (const known of [...watched.keys()]) if (known === path || known.startsWith(path + sep)) forget(known);
  };
  const follow = (path: string): void => {
    const inode = inodeOf(path);
    if (watched.has(path) && watched.get(path)?.inode !== inode) forgetTree(path);
    if (inode !== undefined) watchAll(treeOf(path));
  };
  const onRaw = (path: string | null, directory: string | undefined): void => {
    tell();
    if (!directory || !path || neverWatched.has(path)) return;
    try {
      follow(join(directory, path));
    } catch (error) {
      tell({ error: String(error) });
    }
  };
  const watchAll = (found: readonly string[], ready: () => void = () => undefined): void => {
    const paths = new Set(found.filter((path) => !watched.has(path)));
    if (paths.size === 0) return;
    const options = { ignoreInitial: true, atomic: false, depth: 0, ignored: (path: string) => !paths.has(path) };
    const watcher = watch([...paths], options);
    for (const path of paths) watched.set(path, { inode: inodeOf(path) ?? 0n, batch: { watcher, paths } });
    watcher.on('raw', (_event, path, details) =>
      onRaw(path, (details as { readonly watchedPath?: string } | undefined)?.watchedPath),
    );
    watcher.on('all', () => tell());
    watcher.on('error', (error) => tell({ error: String(error) }));
    // Changes while the watches were set up were not reported, and directories that were made meanwhile are not watched
    // yet.
    watcher.on('ready', () => {
      watchAll([...paths].flatMap(subdirectories).flatMap(treeOf));
      tell();
      ready();
    });
  };
  watchAll(treeOf(root), onReady);
  return {
    close: (): void => {
      for (const path of [...watched.keys()]) forget(path);
    },
  };
}

interface Watched {
  readonly inode: bigint;
  readonly batch: Batch;
}

/** Directories whose watches were started together. */
interface Batch {
  readonly watcher: FSWatcher;
  readonly paths: Set<string>;
}

/** Identity of the directory at a path; undefined if there is none. */
function inodeOf(path: string): bigint | undefined {
  const stats = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  return stats?.isDirectory() ? stats.ino : undefined;
}

function treeOf(directory: string): readonly string[] {
  return [directory, ...subdirectories(directory).flatMap(treeOf)];
}

function subdirectories(directory: string): readonly string[] {
  try {
    return readdirSync(directory, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !neverWatched.has(entry.name))
      .map(({ name }) => join(directory, name));
  } catch {
    // It vanished; the watch of its parent reports that.
    return [];
  }
}
