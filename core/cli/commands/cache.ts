import { existsSync, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { bytePath, openBelow, openDirectory, removeTree, systemError, textOf } from '@kitwright/core/internal';
import type { Command } from 'commander';
import { formatSize } from '../output/formatSize.ts';
import { runCommand } from '../runCommand.ts';
import type { Session } from '../Session.ts';

export function define(program: Command): void {
  const cache = program.command('cache').description('Show or clear temporary files; for kits see "store"');
  cache.command('info').description('Show what the cache holds').action(runCommand(info));
  cache.command('clear').description('Empty the cache').action(runCommand(clear));
}

async function info(session: Session): Promise<undefined> {
  const entries = entriesOf(folderOf(session));
  const total = entries.reduce((sum, { size }) => sum + size, 0);
  const lines = [`Total size of cache directory: ${formatSize(total)}`, 'Cache contents:', ...table(entries)];
  session.output.answer({
    json: { path: folderOf(session), total, entries },
    text: entries.length ? lines : 'Cache is currently empty',
  });
}

interface CachedEntry {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
}

/** Empty folders are not listed. */
function entriesOf(folder: string): readonly CachedEntry[] {
  return (existsSync(folder) ? readdirSync(folder) : [])
    .map((name) => ({ name, size: sizeOf(join(folder, name)) }))
    .filter(({ size }) => size > 0);
}

/** Links are not followed: their targets are not in the cache. */
function sizeOf(path: string): number {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (!stats?.isDirectory()) return stats?.size ?? 0;
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
}

function folderOf(session: Session): string {
  return join(session.stores().root, cacheName);
}

const cacheName = 'cache';

function table(entries: readonly CachedEntry[]): readonly string[] {
  const width = Math.max(...entries.map(({ name }) => name.length));
  return entries.map(({ name, size }) => `  ./${name.padEnd(width)}   ${formatSize(size)}`);
}

async function clear(session: Session): Promise<undefined> {
  const folder = folderOf(session);
  try {
    if (existsSync(folder)) emptyCache(session);
  } catch (error) {
    throw systemError(error, 'store-failed', 'clear', folder);
  }
  session.output.answer({ json: { path: folder } });
}

function emptyCache(session: Session): void {
  using root = openDirectory(session.stores().root);
  using cache = openBelow(root.path, cacheName);
  for (const name of readdirSync(textOf(cache.path))) removeTree(cache.path, bytePath(name));
  cache.check();
}
