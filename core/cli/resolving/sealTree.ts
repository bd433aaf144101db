import { chmodSync, lstatSync, readdirSync, type Stats } from 'node:fs';
import { bytePath, fsPath, joinPath, syncFiles } from '@kitwright/core/internal';
import type { EntryFile } from './Entry.ts';

interface Found {
  /** Below the top; its characters are bytes. */
  readonly path: string;
  readonly stats: Stats;
}

/** What lies below a directory, a directory before what is in it. Links are not followed. */
export function* treeOf(top: string, below = ''): Generator<Found> {
  const folder = joinPath(bytePath(top), below);
  for (const name of readdirSync(fsPath(folder) as string, { encoding: 'latin1' }).sort()) {
    const path = joinPath(below, name);
    const stats = lstatSync(fsPath(joinPath(bytePath(top), path)));
    yield { path, stats };
    if (stats.isDirectory()) yield* treeOf(top, path);
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
  for (const { path, stats } of treeOf(top))
    if (stats.isDirectory()) chmodSync(fsPath(joinPath(bytePath(top), path)), 0o755);
}
