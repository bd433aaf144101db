import { chmodSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { systemError } from '../errors/systemError.ts';
import { temporaryName } from '../files/atomicWrite.ts';
import { type BytePath, fsPath, joinPath } from '../files/bytePath.ts';
import { checkFree, type Existing, kindOf } from '../files/checkFree.ts';
import { displayPath } from '../files/displayPath.ts';
import { openDirectory } from '../files/openDirectory.ts';
import { permissionsOf } from '../files/permissionsOf.ts';
import { isGone } from '../store/processIdentity.ts';

export interface Staging extends Disposable {
  /** Short, whatever the target is; `native` is where it really is. */
  readonly path: BytePath;
  readonly native: string;
  /** Removes what it holds. */
  readonly empty: () => void;
}

const prefix = '.kitwright-unpack';

/** A private folder inside the target: on the same file system, so that a rename finishes the work. */
export function createStaging(target: string): Staging {
  try {
    mkdirSync(target, { recursive: true });
    removeLeftovers(target);
    const path = join(target, temporaryName(prefix));
    mkdirSync(path, { mode: 0o700 });
    const opened = openDirectory(path);
    return {
      path: opened.path,
      native: path,
      empty: () => empty(opened.path),
      [Symbol.dispose]: () => {
        empty(opened.path);
        opened[Symbol.dispose]();
        rmdirSync(path);
      },
    };
  } catch (error) {
    throw systemError(error, 'unpack-refused', 'write to', target);
  }
}

function empty(directory: BytePath): void {
  for (const name of namesIn(directory)) rmSync(fsPath(joinPath(directory, name)), { recursive: true, force: true });
}

function namesIn(directory: BytePath): readonly BytePath[] {
  return readdirSync(fsPath(directory) as string, { encoding: 'latin1' });
}

/** Folders that a killed unpack left. */
function removeLeftovers(target: string): void {
  for (const name of readdirSync(target)) {
    const pid = Number(/^\.kitwright-unpack-(\d+)-[0-9a-f]{16}$/.exec(name)?.[1] ?? 0);
    if (pid && isGone({ pid, host: hostname(), started: '' }))
      rmSync(join(target, name), { recursive: true, force: true });
  }
}

/**
 * Moves what was staged to its final place: whole subtrees where nothing is there, else entry by entry. A file replaces
 * a file (or a link) by one rename, so that the old one is whole until the new one is. It takes the permissions of a
 * file that it replaces, as with `kit`.
 */
export function moveIntoPlace(staged: BytePath, target: BytePath, existing: Existing, inside: BytePath = ''): void {
  for (const name of namesIn(joinPath(staged, inside))) {
    const path = joinPath(inside, name);
    const [from, to] = [joinPath(staged, path), joinPath(target, path)];
    const isDirectory = kindOf(from) === 'directory';
    const kind = kindOf(to);
    checkFree(target, path, isDirectory ? 'directory' : 'file', existing);
    if (isDirectory && kind === 'directory') moveIntoPlace(staged, target, existing, path);
    else if (kind === 'none' || existing === 'replace') rename(from, to, path);
  }
}

function rename(from: BytePath, to: BytePath, path: BytePath): void {
  try {
    const permissions = permissionsOf(to);
    if (permissions !== undefined) chmodSync(fsPath(from), permissions);
    renameSync(fsPath(from), fsPath(to));
  } catch (error) {
    throw systemError(error, 'unpack-refused', 'write', displayPath(path));
  }
}
