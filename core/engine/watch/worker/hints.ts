import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { type FSWatcher, watch } from 'chokidar';
import { giveBackMemory } from '../giveBackMemory.ts';

const { root } = workerData as { readonly root: string };
const neverWatched = new Set(['.git', 'node_modules', '__pycache__']);
/** How often it is asked whether the root is still the directory that is watched, in ms. */
const rootCheck = 5_000;

const tell = (message: { readonly error?: string } = {}) => parentPort?.postMessage(message);

const inodeOf = (path: string): bigint | undefined => lstatSync(path, { bigint: true, throwIfNoEntry: false })?.ino;

const subdirectories = (directory: string): readonly string[] => {
  try {
    return readdirSync(directory, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !neverWatched.has(entry.name))
      .map(({ name }) => join(directory, name));
  } catch {
    // It vanished; its parent tells.
    return [];
  }
};

const treeOf = (directory: string): readonly string[] => [directory, ...subdirectories(directory).flatMap(treeOf)];

/**
 * Watches directories, never the files in them: a directory tells of all its entries, and 50,000 files cost nothing. Whatever
 * appears as a directory is watched from then on.
 */
const watchTree = (): FSWatcher => {
  const directories = new Set(treeOf(root));
  const watcher = watch([...directories], {
    ignoreInitial: true,
    atomic: false,
    depth: 0,
    ignored: (path) => !directories.has(path),
  });
  const follow = (path: string) => {
    const isDirectory = lstatSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
    if (!isDirectory) return void directories.delete(path);
    const added = treeOf(path).filter((found) => !directories.has(found));
    for (const found of added) directories.add(found);
    return void watcher.add(added);
  };
  watcher.on('raw', (_event, path, details) => {
    tell();
    const { watchedPath } = (details ?? {}) as { readonly watchedPath?: string };
    if (!watchedPath || !path || neverWatched.has(path)) return;
    try {
      follow(join(watchedPath, path));
    } catch (error) {
      tell({ error: String(error) });
    }
  });
  watcher.on('all', () => tell());
  watcher.on('error', (error) => tell({ error: String(error) }));
  // What happened while the watches were made was told to nobody.
  watcher.on('ready', () => {
    tell();
    giveBackMemory();
  });
  return watcher;
};

let inode = inodeOf(root);
let watcher = watchTree();

setInterval(() => {
  const found = inodeOf(root);
  if (found === inode) return;
  inode = found;
  void watcher.close();
  watcher = watchTree();
  tell();
}, rootCheck);
