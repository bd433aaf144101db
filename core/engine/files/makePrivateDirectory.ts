import { closeSync, constants, fstatSync, lstatSync, mkdirSync, openSync, readdirSync, unlinkSync } from 'node:fs';
import { KitwrightError } from '../errors/KitwrightError.ts';
import { temporaryName } from './atomicWrite.ts';
import { type BytePath, fsPath, joinPath } from './bytePath.ts';
import { displayPath } from './displayPath.ts';
import { type OpenDirectory, openBelow } from './openDirectory.ts';

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
  const opened = openBelow(parent, name, shown);
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
  const probe = probeIn(parent);
  return uid === probe.uid && (isPrivate || !probe.keepsModes);
}

/**
 * What the file system makes of owner and mode of what we make: some of networks and other systems keep neither. A file
 * that was opened new cannot be replaced by another one.
 */
function probeIn(parent: BytePath): { readonly uid: number; readonly keepsModes: boolean } {
  const path = fsPath(joinPath(parent, temporaryName('.kitwright-probe')));
  const fd = openSync(path, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY, 0o600);
  try {
    const { uid, mode } = fstatSync(fd);
    return { uid, keepsModes: (mode & 0o077) === 0 };
  } finally {
    closeSync(fd);
    unlinkSync(path);
  }
}

function replaced(shown: BytePath): KitwrightError {
  const path = displayPath(shown);
  const message = `The new directory ${path} was replaced by another one; nothing is written to it.`;
  return new KitwrightError('directory-replaced', message, { data: { path } });
}
