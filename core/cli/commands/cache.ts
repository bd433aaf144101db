import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { systemError } from '@kitwright/core/internal';
import type { Command } from 'commander';
import { formatSize } from '../output/formatSize.ts';
import { runCommand } from '../runCommand.ts';
import type { Session } from '../Session.ts';

export function define(program: Command): void {
  const cache = program
    .command('cache')
    .description('Look after kit\'s temporary files; kits themselves are kept by "store"');
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

/** Folders of which nothing is left are not worth a line. */
function entriesOf(folder: string): readonly CachedEntry[] {
  return (existsSync(folder) ? readdirSync(folder) : [])
    .map((name) => ({ name, size: sizeOf(join(folder, name)) }))
    .filter(({ size }) => size > 0);
}

function sizeOf(path: string): number {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats?.isDirectory()) return stats?.size ?? 0;
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
}

function folderOf(session: Session): string {
  return join(session.stores().root, 'cache');
}

function table(entries: readonly CachedEntry[]): readonly string[] {
  const width = Math.max(...entries.map(({ name }) => name.length));
  return entries.map(({ name, size }) => `  ./${name.padEnd(width)}   ${formatSize(size)}`);
}

async function clear(session: Session): Promise<undefined> {
  const folder = folderOf(session);
  try {
    for (const name of existsSync(folder) ? readdirSync(folder) : []) rmSync(join(folder, name), { recursive: true });
  } catch (error) {
    throw systemError(error, 'store-failed', 'clear', folder);
  }
  session.output.answer({ json: { path: folder } });
}
