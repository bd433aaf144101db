import { lstatSync } from 'node:fs';
import { KitwrightError } from '../errors/KitwrightError.ts';
import { type BytePath, fsPath, joinPath } from './bytePath.ts';
import { displayPath } from './displayPath.ts';
import { isGuarded } from './isGuarded.ts';

/** What to do where a file is there already. */
export type Existing = 'refuse' | 'keep' | 'replace';

/**
 * Refuses, before anything is extracted, what could not be moved into place afterwards. Messages call it `shown`. With
 * `isOurs` it may be a directory that this unpack made.
 */
export function checkFree(
  target: BytePath,
  path: BytePath,
  type: 'file' | 'directory',
  existing: Existing,
  shown = path,
  isOurs = false,
): void {
  const kind = kindOf(joinPath(target, path));
  if (kind === 'none') return;
  const name = displayPath(shown);
  if (type === 'directory') {
    if (kind === 'link') throw throughLink(name);
    if (kind === 'file') throw exists(name);
    if (existing !== 'replace' && !isOurs && isGuarded(path)) throw guarded(name);
  } else if (kind === 'directory' || existing === 'refuse') throw exists(name);
}

type Kind = 'none' | 'directory' | 'file' | 'link';

/** What is at a path, links not followed. */
export function kindOf(path: BytePath): Kind {
  const stats = lstatSync(fsPath(path), { throwIfNoEntry: false });
  if (!stats) return 'none';
  return stats.isDirectory() ? 'directory' : stats.isSymbolicLink() ? 'link' : 'file';
}

function throughLink(name: string): KitwrightError {
  return new KitwrightError('unpack-refused', `${name} is a link; nothing is written through it.`, {
    data: { path: name },
    hint: 'Remove the link, or unpack to another directory.',
  });
}

function guarded(path: string): KitwrightError {
  return new KitwrightError('unpack-exists', `${path} is there already, and what is new in it would be obeyed.`, {
    data: { path },
    hint: 'Unpack to another directory and look at it first, choose what you need with --filter, or use --overwrite.',
  });
}

function exists(path: string): KitwrightError {
  return new KitwrightError('unpack-exists', `The path ${path} already exists.`, { data: { path } });
}
