import { lstatSync, readdirSync, renameSync, rmdirSync } from 'node:fs';
import { KitwrightError } from '../errors/KitwrightError.ts';
import { systemError } from '../errors/systemError.ts';
import { temporaryName } from '../files/atomicWrite.ts';
import { type BytePath, fsPath, joinPath } from '../files/bytePath.ts';
import { changeMode } from '../files/changeMode.ts';
import { checkFree, type Existing, kindOf } from '../files/checkFree.ts';
import { displayPath } from '../files/displayPath.ts';
import { isOurOwner } from '../files/isOurOwner.ts';
import { makePrivateDirectory } from '../files/makePrivateDirectory.ts';
import { openBelow } from '../files/openDirectory.ts';
import { openOrMakeDirectory } from '../files/openOrMakeDirectory.ts';
import { permissionsOf } from '../files/permissionsOf.ts';
import { removeTree } from '../files/removeTree.ts';
import { isLeftover } from '../store/processIdentity.ts';

export interface Staging extends Disposable {
  /** Short, whatever the target is; leads there whatever takes the folder's name meanwhile. */
  readonly path: BytePath;
  /** Beside it, for files that are needed in between: called `layer-...`. */
  readonly scratch: BytePath;
  /** Removes what it holds. */
  readonly empty: () => void;
}

const prefix = '.kitwright-unpack';

/** What is staged, beside scratch files: whatever else has such a name, a directory that somebody renamed, is not removed. */
const inner: BytePath = 'staged';

/**
 * A private folder inside the target: on the same file system, so that a rename finishes the work. Messages call the
 * target `shown`. What killed unpacks left is removed, unless that is done (`isClean`): a kit may have forty thousand
 * elements, and as many names in its target, which are gone through for it.
 */
export function createStaging(target: string, shown = target, isClean = false): Staging {
  try {
    const parent = openOrMakeDirectory(target);
    if (!isClean) removeLeftovers(parent.path);
    const name = temporaryName(prefix);
    const path = joinPath(parent.path, name);
    const outer = makePrivateDirectory(parent.path, name);
    const opened = makePrivateDirectory(outer.path, inner);
    return {
      path: opened.path,
      scratch: outer.path,
      empty: () => empty(opened.path),
      [Symbol.dispose]: () => {
        empty(opened.path);
        opened[Symbol.dispose]();
        removeEmpty(joinPath(outer.path, inner));
        empty(outer.path);
        outer[Symbol.dispose]();
        removeEmpty(path);
        parent[Symbol.dispose]();
      },
    };
  } catch (error) {
    throw systemError(error, 'unpack-refused', 'write to', shown);
  }
}

/** Whoever may write to the target can give its name to something else, which is not ours to remove. */
function removeEmpty(path: BytePath): void {
  try {
    rmdirSync(fsPath(path));
  } catch {
    // The work is done, or has an error of its own; the next unpack removes what is left of ours.
  }
}

function empty(directory: BytePath): void {
  for (const name of namesIn(directory)) removeTree(directory, name);
}

function namesIn(directory: BytePath): readonly BytePath[] {
  return readdirSync(fsPath(directory) as string, { encoding: 'latin1' });
}

/** Removes the folders that a killed unpack left. */
export function removeLeftovers(target: BytePath): void {
  for (const name of namesIn(target)) if (isLeftover(name, prefix)) removeLeftover(target, name);
}

/**
 * Whoever else may write to the target could keep us from it with a folder of this name, or give the name to a directory of
 * ours: what it holds is looked at and removed through its handle.
 */
function removeLeftover(target: BytePath, name: BytePath): void {
  try {
    using opened = openBelow(target, name);
    if (!isStaging(opened.path, target)) return;
    empty(opened.path);
  } catch {
    // It is another user's, and in nobody's way.
    return;
  }
  removeEmpty(joinPath(target, name));
}

function isStaging(path: BytePath, target: BytePath): boolean {
  const { uid } = lstatSync(fsPath(`${path}/.`));
  const isScratch = (name: BytePath) => name.startsWith('layer-') && kindOf(joinPath(path, name)) === 'file';
  return isOurOwner(uid, target) && namesIn(path).every((name) => name === inner || isScratch(name));
}

/** Throws `unpack-refused` if this name was staged, in any spelling that a file system may take for it. */
export function refuseReserved(staged: BytePath, reserved: string | undefined): void {
  const name = namesIn(staged).find((one) => one.toLowerCase() === reserved);
  if (name === undefined) return;
  throw new KitwrightError(
    'unpack-refused',
    `The kit has ${displayPath(name)}, where this program keeps what it knows of the files.`,
    {
      data: { path: displayPath(name) },
    },
  );
}

/**
 * Moves what was staged to its final place: whole subtrees where nothing is there, else entry by entry. A file replaces
 * a file (or a link) by one rename, so that the old one is whole until the new one is. It takes the permissions of a
 * file that it replaces, as with `kit`. Both paths lead to open directories; those below are opened one by one, so that
 * a link that comes meanwhile turns no write.
 */
export function moveIntoPlace(staged: BytePath, target: BytePath, existing: Existing, moving: Moving = {}): void {
  const { inside = '', brought = new Set(), isOurs = false } = moving;
  for (const name of namesIn(staged)) {
    const [from, to] = [joinPath(staged, name), joinPath(target, name)];
    const shown = joinPath(inside, name);
    const isDirectory = kindOf(from) === 'directory';
    const kind = kindOf(to);
    const isBrought = isOurs || brought.has(shown);
    checkFree(target, name, isDirectory ? 'directory' : 'file', existing, shown, isBrought);
    if (isDirectory && kind === 'directory') {
      using opened = openBelow(target, name, () => shown);
      moveIntoPlace(from, opened.path, existing, { inside: shown, brought, isOurs: isBrought });
      opened.check();
    } else if (kind === 'none' || existing === 'replace') {
      rename(from, to, shown);
      if (isDirectory) brought.add(shown);
    }
  }
}

interface Moving {
  /** Where both lie, for messages. */
  readonly inside?: BytePath;
  /** Directories that this unpack has brought: gets those that it brings now. */
  readonly brought?: Set<BytePath> | undefined;
  /** Did this unpack bring the directory in which both lie? */
  readonly isOurs?: boolean;
}

function rename(from: BytePath, to: BytePath, path: BytePath): void {
  try {
    const permissions = permissionsOf(to);
    if (permissions !== undefined) changeMode(from, permissions);
    renameSync(fsPath(from), fsPath(to));
  } catch (error) {
    throw systemError(error, 'unpack-refused', 'write', displayPath(path));
  }
}
