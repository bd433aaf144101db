import { lstatSync, readdirSync, rmdirSync, unlinkSync } from 'node:fs';
import { KitwrightError } from '../errors/KitwrightError.ts';
import { type BytePath, fsPath, joinPath } from './bytePath.ts';
import { displayPath } from './displayPath.ts';
import { openBelow } from './openDirectory.ts';

/**
 * Removes what has this name in an open directory, with everything in it. Links are removed and never followed, whoever
 * puts them there and when. What is not there is no error. Throws `path-is-link`, `tree-too-deep` and what the system
 * says.
 */
export function removeTree(parent: BytePath, name: BytePath, depth = 0): void {
  const path = joinPath(parent, name);
  const stats = lstatSync(fsPath(path), { throwIfNoEntry: false });
  if (stats?.isDirectory()) {
    if (depth === deepest) throw tooDeep(name);
    removeInside(parent, name, depth);
    rmdirSync(fsPath(path));
  } else if (stats) unlinkSync(fsPath(path));
}

/** Each level holds a descriptor. */
const deepest = 256;

function removeInside(parent: BytePath, name: BytePath, depth: number): void {
  using opened = openBelow(parent, name);
  for (const child of readdirSync(fsPath(opened.path) as string, { encoding: 'latin1' }))
    removeTree(opened.path, child, depth + 1);
  opened.check();
}

function tooDeep(name: BytePath): KitwrightError {
  return new KitwrightError(
    'tree-too-deep',
    `Directories below ${displayPath(name)} are nested too deeply to remove.`,
    {
      data: { levels: deepest },
    },
  );
}
