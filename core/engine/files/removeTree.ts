import { randomBytes } from 'node:crypto';
import { lstatSync, readdirSync, renameSync, rmdirSync, unlinkSync } from 'node:fs';
import { type BytePath, fsPath, joinPath } from './bytePath.ts';
import { openBelow } from './openDirectory.ts';

/**
 * Removes what has this name in an open directory, with everything in it, however deep. Links are removed and never
 * followed, whoever puts them there and when. What is not there is no error. Throws `path-is-link` and what the system
 * says.
 */
export function removeTree(parent: BytePath, name: BytePath): void {
  removeAt(parent, name, 0, undefined);
}

/** Levels of directories that are open at a time: each holds a descriptor. */
const deepest = 256;

/** `top` is the open directory at the top of the tree. */
function removeAt(parent: BytePath, name: BytePath, depth: number, top: BytePath | undefined): void {
  const path = joinPath(parent, name);
  const stats = lstatSync(fsPath(path), { throwIfNoEntry: false });
  if (!stats?.isDirectory()) {
    if (stats) unlinkSync(fsPath(path));
  } else if (depth === deepest && top !== undefined) {
    // What lies deeper is removed from the top, in its turn.
    renameSync(fsPath(path), fsPath(joinPath(top, `.${randomBytes(8).toString('hex')}.deep`)));
  } else {
    removeInside(parent, name, depth, top);
    rmdirSync(fsPath(path));
  }
}

function removeInside(parent: BytePath, name: BytePath, depth: number, top: BytePath | undefined): void {
  using opened = openBelow(parent, name);
  const namesIn = () => readdirSync(fsPath(opened.path) as string, { encoding: 'latin1' });
  let names = namesIn();
  do {
    for (const child of names) removeAt(opened.path, child, depth + 1, top ?? opened.path);
    names = namesIn();
  } while (top === undefined && names.some((child) => child.endsWith('.deep')));
  opened.check();
}
