import { lstatSync, mkdirSync, readdirSync } from 'node:fs';
import { KitwrightError } from '../errors/KitwrightError.ts';
import { type BytePath, fsPath, joinPath } from './bytePath.ts';
import { displayPath } from './displayPath.ts';
import { type OpenDirectory, openBelow } from './openDirectory.ts';
import { probeOwner } from './probeOwner.ts';

/**
 * Makes a directory in an open one that only this user can enter, and opens it. Whoever may rename in the open one can
 * put another directory in its place before it is open: what is opened must be ours alone, and empty. Throws
 * `directory-replaced`, `path-is-link` and what the system says. Tests give another `make`.
 */
export function makePrivateDirectory(
  parent: BytePath,
  name: BytePath,
  shown: BytePath = name,
  make: (path: BytePath) => void = makeAlone,
): OpenDirectory {
  make(joinPath(parent, name));
  const opened = openBelow(parent, name, () => shown);
  try {
    if (!isFresh(parent, opened.path)) throw replaced(shown);
    return opened;
  } catch (error) {
    opened[Symbol.dispose]();
    throw error;
  }
}

function makeAlone(path: BytePath): void {
  mkdirSync(fsPath(path), { mode: 0o700 });
}

function isFresh(parent: BytePath, path: BytePath): boolean {
  // The dot leads into the directory where the path is that of a descriptor, which is a link itself.
  const { uid, mode } = lstatSync(fsPath(`${path}/.`));
  if (readdirSync(fsPath(path)).length) return false;
  if (process.platform === 'win32') return true;
  const isPrivate = (mode & 0o077) === 0;
  if (isPrivate && uid === process.geteuid?.()) return true;
  const probe = probeOwner(parent);
  return uid === probe.uid && (isPrivate || !probe.keepsModes);
}

function replaced(shown: BytePath): KitwrightError {
  const path = displayPath(shown);
  const message = `The new directory ${path} was replaced by another one; nothing is written to it.`;
  return new KitwrightError('directory-replaced', message, { data: { path } });
}
