import { lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bytePath, fromNative, fsPath, joinPath, readMark } from '@kitwright/core/internal';
import { type Entry, type EntryFile, entryParts } from './Entry.ts';

/** An entry whose files are as they were when they were verified; undefined if there is none. */
export function readEntry(folder: string): Entry | undefined {
  const entry = recordIn(folder);
  return entry && areAsBefore(join(folder, entryParts.files), entry.files) ? entry : undefined;
}

/** Are files as they were when they were verified? What else lies there is not looked at. */
export function areAsBefore(top: string, files: readonly EntryFile[]): boolean {
  return files.every((file) => isAsBefore(top, file));
}

/** Version of `entry.json`. */
const version = 2;

type RecordedEntry = Entry & { readonly v: number; readonly mark: string };

/** What was recorded of an entry, whatever became of its files; undefined if it is of another directory than it names. */
export function recordIn(folder: string): Entry | undefined {
  try {
    const record = readFileSync(join(folder, entryParts.record), 'utf8');
    const { v, mark, ...entry } = JSON.parse(record) as RecordedEntry;
    const isOwn = v === version && mark === readMark(fromNative(folder));
    return isOwn && Array.isArray(entry.files) ? { ...entry, folder } : undefined;
  } catch {
    return undefined;
  }
}

/** The text of a record, in the directory of the entry. */
export function recordText({ folder, ...entry }: Entry): string {
  return JSON.stringify({ v: version, mark: readMark(fromNative(folder)), ...entry });
}

function isAsBefore(top: string, { path, size, mtime, uid }: EntryFile): boolean {
  const stats = lstatSync(fsPath(joinPath(bytePath(top), path)), { throwIfNoEntry: false });
  if (!stats?.isFile() || (uid !== undefined && stats.uid !== uid)) return false;
  return stats.size === size && stats.mtimeMs === mtime;
}
