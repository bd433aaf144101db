import { lstatSync, readdirSync } from 'node:fs';
import { systemError } from '../errors/systemError.ts';
import { type BytePath, fsPath, joinPath } from './bytePath.ts';
import { displayPath } from './displayPath.ts';
import { type Fingerprint, fingerprintOf } from './fingerprint.ts';

/** What a visitor answers: go on, or leave out everything below this directory. */
export type Visit = (entry: WalkEntry) => 'skip' | undefined;

/** One thing found by the walk. `path` is relative to the root of the walk. */
export interface WalkEntry {
  readonly path: BytePath;
  readonly type: EntryType;
  readonly fingerprint: Fingerprint;
}

export type EntryType = 'file' | 'directory' | 'link' | 'other';

/** What lies in a directory, names in byte order. */
export type ListDirectory = (directory: BytePath) => Iterable<Listed>;

/** One thing that lies in a directory. */
export interface Listed {
  readonly name: BytePath;
  readonly fingerprint: Fingerprint;
}

/**
 * Walks below `root` depth first, names in byte order, as Go's filepath.Walk does. The root itself is not visited.
 * Links are not followed. Throws what `list` throws.
 */
export function walk(root: BytePath, visit: Visit, list: ListDirectory, below: BytePath = ''): void {
  for (const { name, fingerprint } of list(below === '' ? root : joinPath(root, below))) {
    const path = below === '' ? name : `${below}/${name}`;
    const entry = { path, type: typeOf(fingerprint.mode), fingerprint };
    if (visit(entry) !== 'skip' && entry.type === 'directory') walk(root, visit, list, path);
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

/** Asks the file system; what vanishes meanwhile is left out. Throws `file-unreadable`. */
export const listDirectory = function* (directory: BytePath): Generator<Listed> {
  for (const name of namesIn(directory)) {
    const fingerprint = read(joinPath(directory, name));
    if (fingerprint) yield { name, fingerprint };
  }
};

function namesIn(path: BytePath): readonly BytePath[] {
  try {
    return readdirSync(fsPath(path) as string, { encoding: 'latin1' }).sort();
  } catch (error) {
    throw systemError(error, 'file-unreadable', 'list', displayPath(path));
  }
}

function read(path: BytePath): WalkEntry['fingerprint'] | undefined {
  try {
    const stats = lstatSync(fsPath(path), { bigint: true, throwIfNoEntry: false });
    return stats && fingerprintOf(stats);
  } catch (error) {
    throw systemError(error, 'file-unreadable', 'read', displayPath(path));
  }
}
