import { lstatSync, readdirSync, type Stats, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { KitwrightError } from '../errors/KitwrightError.ts';
import { shellWord } from '../errors/shellWord.ts';
import { systemError } from '../errors/systemError.ts';
import { fromNative } from '../files/bytePath.ts';
import { displayPath } from '../files/displayPath.ts';
import { givesToOthers } from '../files/givesToOthers.ts';
import { isOpenToOthers } from '../files/isOpenToOthers.ts';
import { namesDirectory } from '../files/namedTrust.ts';
import { type OwnerProbe, probeOwner } from '../files/probeOwner.ts';

/**
 * Is the root of the data, and what is at the top of it and of the store (config, credentials, lists, blobs), ours or
 * root's, and can nobody else write there? Who made it could choose our config and read what we store. A root that is
 * not there yet is made private. `opened` is the path of its handle, if it is held open. Throws `store-untrusted`, unless
 * KITWRIGHT_TRUST names the root.
 */
export function requireOwnRoot(
  root: string,
  env: Readonly<Record<string, string | undefined>>,
  opened: string = root,
): void {
  const foreign = untrustedIn(opened, 'store', env);
  if (foreign === undefined) return;
  const path = displayPath(fromNative(root + foreign.slice(opened.length)));
  throw new KitwrightError('store-untrusted', `Another user owns ${path} or can change it, so nothing there is used.`, {
    data: { path },
    hint: `Let it be yours alone (chown, "chmod go-w"), choose another KITWRIGHT_HOME, or set KITWRIGHT_TRUST=${shellWord(root)}.`,
  });
}

/** The same of the root of `kit`'s data: who made it could give any kit any name, also one of a registry. */
export function isOwnKitRoot(root: string, env: Readonly<Record<string, string | undefined>>): boolean {
  try {
    return untrustedIn(root, 'storage', env) === undefined;
  } catch {
    // What may not be read has nothing for us.
    return false;
  }
}

function untrustedIn(
  root: string,
  folder: 'store' | 'storage',
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  if (process.platform === 'win32') return undefined;
  const foreign = foreignIn(root, folder);
  return foreign === undefined || isExcused(root, foreign) || namesDirectory(env, root) ? undefined : foreign;
}

function foreignIn(root: string, folder: string): string | undefined {
  try {
    const store = join(root, folder);
    return [root, ...entriesOf(root), ...entriesOf(store)].find(
      (path) => !statsOf(path).every((stats) => isOurs(path, stats)),
    );
  } catch (error) {
    throw systemError(error, 'store-failed', 'read', root);
  }
}

function entriesOf(folder: string): readonly string[] {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return [];
  return readdirSync(folder).map((name) => join(folder, name));
}

/** Of a link, and of what it leads to: who made the link chose the place. */
function statsOf(path: string): readonly Stats[] {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (!stats?.isSymbolicLink()) return stats ? [stats] : [];
  const target = statSync(path, { throwIfNoEntry: false });
  return target ? [stats, target] : [stats];
}

function isOurs(path: string, stats: Stats): boolean {
  return (stats.uid === process.geteuid?.() || stats.uid === 0) && !isOpen(path, stats);
}

/** What looks like the right of a group that is ours alone may be that of another user, by an access list. */
function isOpen(path: string, stats: Stats): boolean {
  if (isOpenToOthers(stats)) return true;
  if (stats.isSymbolicLink() || (stats.mode & 0o020) === 0) return false;
  return givesToOthers(stats.isDirectory() ? path : dirname(path));
}

/** Where the file system itself decides on owners and modes, they say nothing. */
function isExcused(root: string, foreign: string): boolean {
  const probe = probed(root);
  if (!probe) return false;
  return statsOf(foreign).every((stats) => stats.uid === probe.uid && !(probe.keepsModes && isOpen(foreign, stats)));
}

function probed(root: string): OwnerProbe | undefined {
  try {
    return probeOwner(fromNative(root));
  } catch {
    return undefined;
  }
}
