import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { errnoOf, isGone, isNearlyFull, makeDirectories, systemError } from '@kitwright/core/internal';

/** A private folder; unless it is removed, the next import of the same repository finds it. */
export interface Workspace {
  readonly path: string;
  /** Removes the folder. */
  readonly remove: () => void;
  /** Leaves the folder to the next import, which resumes with it, unless the disk is nearly full. */
  readonly release: () => void;
}

/**
 * Returns a folder below `cache` for `what`: the folder that an earlier import left, or a new one. Throws
 * `store-failed`.
 */
export function claimWorkspace(cache: string, what: readonly string[]): Workspace {
  const key = createHash('sha256').update(what.join('\0')).digest('hex').slice(0, 32);
  const own = join(cache, `${key}.${process.pid}`);
  try {
    makeDirectories(cache, 0o700);
    const left = readdirSync(cache).filter((name) => name.startsWith(key) && isFree(name));
    const taken = left.some((name) => take(join(cache, name), own));
    if (!taken || !isOurs(own)) mkdirSync(own, { mode: 0o700 });
  } catch (error) {
    throw systemError(error, 'store-failed', 'write to', cache);
  }
  const remove = () => rmSync(own, { recursive: true, force: true });
  const release = () => {
    try {
      if (readdirSync(own).length && !isNearlyFull(own)) return renameSync(own, join(cache, key));
    } catch {
      // Another import has left its folder meanwhile, and one is enough; or this one was removed.
    }
    remove();
  };
  return { path: own, remove, release };
}

function isFree(name: string): boolean {
  const pid = ownerOf(name);
  return pid === 0 || isGone({ pid, host: hostname(), started: '' });
}

function ownerOf(name: string): number {
  return Number(/\.(\d+)$/.exec(name)?.[1] ?? 0);
}

/** If others can write to the cache, a left folder may be a link of theirs, and is removed. */
function isOurs(folder: string): boolean {
  const stats = lstatSync(folder);
  if (stats.isDirectory() && stats.uid === (process.getuid?.() ?? stats.uid)) return true;
  rmSync(folder, { recursive: true });
  return false;
}

/** A rename claims the folder: of two processes only one succeeds. */
function take(from: string, to: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false;
    throw error;
  }
}
