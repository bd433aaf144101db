import { lstatSync, readdirSync } from 'node:fs';
import { systemError } from '../errors/systemError.ts';
import { type BytePath, fsPath, joinPath } from './bytePath.ts';
import { displayPath } from './displayPath.ts';
import { type Fingerprint, fingerprintOf } from './fingerprint.ts';
import { isOursAlone } from './isOursAlone.ts';
import { openSeen } from './openSeen.ts';

/** What a visitor answers: go on, or leave out everything below this directory. */
export type Visit = (entry: WalkEntry) => 'skip' | undefined;

/** One thing found by the walk. `path` is relative to the root of the walk. */
export interface WalkEntry {
  readonly path: BytePath;
  readonly type: EntryType;
  readonly fingerprint: Fingerprint;
}

export type EntryType = 'file' | 'directory' | 'link' | 'other';

/** What lies in a directory, names in byte order. With `seen` it must be the directory that was seen there. */
export type ListDirectory = (directory: BytePath, seen?: Fingerprint) => Iterable<Listed>;

/** One thing that lies in a directory. */
export interface Listed {
  readonly name: BytePath;
  readonly fingerprint: Fingerprint;
}

/**
 * Walks below `root` depth first, names in byte order, as Go's filepath.Walk does. The root itself is not visited.
 * Links are not followed. `seen` is the directory where the walk begins, if it must be that one. Throws what `list`
 * throws.
 */
export function walk(
  root: BytePath,
  visit: Visit,
  list: ListDirectory,
  below: BytePath = '',
  seen?: Fingerprint,
): void {
  for (const { name, fingerprint } of list(below === '' ? root : joinPath(root, below), seen)) {
    const path = below === '' ? name : `${below}/${name}`;
    const entry = { path, type: typeOf(fingerprint.mode), fingerprint };
    if (visit(entry) !== 'skip' && entry.type === 'directory') walk(root, visit, list, path, fingerprint);
  }
}

const types: ReadonlyMap<number, EntryType> = new Map([
  [0o100000, 'file'],
  [0o040000, 'directory'],
  [0o120000, 'link'],
]);

const typeBits = 0o170000;

export function typeOf(mode: number): EntryType {
  return types.get(mode & typeBits) ?? 'other';
}

/**
 * Asks the file system; what vanishes meanwhile is left out. Throws `file-unreadable`; `content-changed` if the
 * directory is not the one that was `seen`.
 */
export const listDirectory = function* (directory: BytePath, seen?: Fingerprint): Generator<Listed> {
  using opened = telling('list', directory, () => openSeen(directory, seen));
  const names = telling('list', directory, () => namesIn(opened.path));
  // A path through a descriptor takes twice the time.
  const isSure = names.length > fewNames && telling('list', directory, () => isOursAlone(directory));
  for (const name of names) {
    const fingerprint = read(directory, isSure ? directory : opened.path, name);
    if (fingerprint) yield { name, fingerprint };
  }
  opened.check();
};

/** For so few names it is not worth the time to look at all directories above. */
const fewNames = 24;

function namesIn(path: BytePath): readonly BytePath[] {
  return readdirSync(fsPath(path) as string, { encoding: 'latin1' }).sort();
}

function read(directory: BytePath, opened: BytePath, name: BytePath): WalkEntry['fingerprint'] | undefined {
  try {
    const stats = lstatSync(fsPath(joinPath(opened, name)), { bigint: true, throwIfNoEntry: false });
    return stats && fingerprintOf(stats);
  } catch (error) {
    throw systemError(error, 'file-unreadable', 'read', displayPath(joinPath(directory, name)));
  }
}

function telling<T>(what: string, path: BytePath, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw systemError(error, 'file-unreadable', what, displayPath(path));
  }
}
