import { chmodSync, lstatSync, readdirSync, type Stats } from 'node:fs';
import { type BytePath, bytePath, errnoOf, fsPath, joinPath, syncFiles } from '@kitwright/core/internal';
import type { EntryFile } from './Entry.ts';

interface Found {
  /** Below the top; its characters are bytes. */
  readonly path: string;
  readonly stats: Stats;
}

/** What lies below a directory, a directory before what is in it. Links are not followed. */
export function* treeOf(top: string): Generator<Found> {
  const root = bytePath(top);
  // Not by recursion: each entry would come through all directories above it.
  const waiting = namesIn(root, '');
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const stats = lstatSync(fsPath(joinPath(root, path)));
    yield { path, stats };
    if (stats.isDirectory()) for (const one of namesIn(root, path)) waiting.push(one);
  }
}

/** The last name first. */
function namesIn(root: BytePath, below: BytePath): BytePath[] {
  const names = readdirSync(fsPath(joinPath(root, below)) as string, { encoding: 'latin1' });
  return names
    .sort()
    .reverse()
    .map((name) => joinPath(below, name));
}

/** The same; what lies too deep for the system to name it ends it. Such a tree was never sealed. */
export function* reachableIn(top: string): Generator<Found> {
  try {
    yield* treeOf(top);
  } catch (error) {
    if (errnoOf(error) !== 'ENAMETOOLONG') throw error;
  }
}

const write = 0o222;

/** Waits until all of a tree is on the disk, takes the right to write from it, and tells its files. */
export async function sealTree(top: string): Promise<readonly EntryFile[]> {
  const all = [...treeOf(top)];
  const at = (path: string) => fsPath(joinPath(bytePath(top), path));
  const files = all.filter(({ stats }) => stats.isFile());
  for (const { path } of files) chmodSync(at(path), 0o600);
  await syncFiles(files.map(({ path }) => String(at(path))));
  for (const { path, stats } of files) chmodSync(at(path), (stats.mode & 0o777 & ~write) | 0o400);
  for (const { path, stats } of all.toReversed())
    if (stats.isDirectory()) chmodSync(at(path), (stats.mode & 0o777 & ~write) | 0o500);
  chmodSync(top, 0o555);
  return files.map(({ path, stats }) => ({ path, size: stats.size, mtime: stats.mtimeMs }));
}

/** Gives the owner the right to write back to all directories, so that they can be changed and emptied. */
export function unsealTree(top: string): void {
  chmodSync(top, 0o755);
  // A directory comes before it is looked into.
  for (const { path, stats } of reachableIn(top))
    if (stats.isDirectory()) chmodSync(fsPath(joinPath(bytePath(top), path)), 0o755);
}
