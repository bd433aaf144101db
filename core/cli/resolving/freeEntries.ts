import { existsSync, lstatSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import {
  bytePath,
  isLeftover,
  openDirectory,
  type ProcessIdentity,
  removeTree,
  systemError,
  temporaryName,
} from '@kitwright/core/internal';
import { entryParts } from './Entry.ts';
import { isEntryName } from './entryName.ts';
import { dropUse, namesOfEntry, usersOf } from './entryUses.ts';
import { tryEntry } from './lockEntry.ts';
import { recordIn } from './readEntry.ts';
import { reachableIn, unsealTree } from './sealTree.ts';

/** What became of the entries of a directory. */
export interface FreedEntries {
  /** The directories that are gone. */
  readonly freed: readonly string[];
  /** Those that a running process uses. */
  readonly inUse: readonly string[];
  readonly files: number;
  /** Bytes that were freed. */
  readonly bytes: number;
}

/** Which entries to free, and for whom. */
export interface Chosen {
  /** By the digest of the kit, and the references by which it was asked for. */
  readonly isChosen: (entry: { readonly digest: string; readonly names: readonly string[] }) => boolean;
  /** A process that needs them no more. */
  readonly by: ProcessIdentity;
  /** Free them whoever uses them. */
  readonly force: boolean;
}

/**
 * Removes the entries that no running process uses, with `chosen` only some of them; else also what was left half
 * done. Throws `store-failed`.
 */
export function freeEntries(base: string, chosen?: Chosen): FreedEntries {
  const result = { freed: [] as string[], inUse: [] as string[], files: 0, bytes: 0 };
  if (!existsSync(base)) return result;
  try {
    for (const name of readdirSync(base)) {
      const state = freeOne(base, name, chosen);
      if (state === 'in use') result.inUse.push(join(base, name));
      if (typeof state !== 'object') continue;
      if (isEntryName(name)) result.freed.push(join(base, name));
      result.files += state.files;
      result.bytes += state.bytes;
    }
  } catch (error) {
    throw systemError(error, 'store-failed', 'clean', base);
  }
  return result;
}

type Counts = Readonly<Record<'files' | 'bytes', number>>;

function freeOne(base: string, name: string, chosen: Chosen | undefined): Counts | 'in use' | undefined {
  if (isEntryName(name)) return freeEntry(base, name, chosen);
  if (chosen) return undefined;
  const partial = name.startsWith('.partial-') ? name.slice('.partial-'.length) : '';
  if (isEntryName(partial)) {
    using lock = tryEntry(base, partial);
    return lock ? discardEntry(base, name) : undefined;
  }
  return isLeftover(name, '.gone') ? discardEntry(base, name) : undefined;
}

function freeEntry(base: string, name: string, chosen: Chosen | undefined): Counts | 'in use' | undefined {
  const folder = join(base, name);
  using lock = tryEntry(base, name);
  const digest = recordIn(folder)?.digest ?? '';
  if (chosen && !chosen.isChosen({ digest, names: namesOfEntry(folder) })) return undefined;
  if (chosen) dropUse(folder, chosen.by);
  if (!lock || (usersOf(folder).length && !chosen?.force)) return 'in use';
  return discardEntry(base, name);
}

/** Takes the name away at once, and then everything. The caller has the lock. */
export function discardEntry(base: string, name: string): Counts {
  const aside = name.startsWith('.gone-') ? name : temporaryName('.gone');
  if (aside !== name) renameSync(join(base, name), join(base, aside));
  const files = join(base, aside, entryParts.files);
  if (existsSync(files)) unsealTree(files);
  const sizes = isFolder(join(base, aside))
    ? [...reachableIn(join(base, aside))].filter(({ stats }) => stats.isFile())
    : [];
  using opened = openDirectory(base);
  removeTree(opened.path, bytePath(aside));
  return { files: sizes.length, bytes: sizes.reduce((sum, { stats }) => sum + stats.size / stats.nlink, 0) };
}

function isFolder(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
