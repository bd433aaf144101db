import { lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bytePath, fsPath, joinPath } from '@kitwright/core/internal';
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
const version = 1;

/** What was recorded of an entry, whatever became of its files. */
export function recordIn(folder: string): Entry | undefined {
  try {
    const { v, ...entry } = JSON.parse(readFileSync(join(folder, entryParts.record), 'utf8')) as Entry & { v: number };
    return v === version && Array.isArray(entry.files) ? { ...entry, folder } : undefined;
  } catch {
    return undefined;
  }
}

export function recordText({ folder: _, ...entry }: Entry): string {
  return JSON.stringify({ v: version, ...entry });
}

function isAsBefore(top: string, { path, size, mtime, uid }: EntryFile): boolean {
  const stats = lstatSync(fsPath(joinPath(bytePath(top), path)), { throwIfNoEntry: false });
  if (!stats?.isFile() || (uid !== undefined && stats.uid !== uid)) return false;
  return stats.size === size && stats.mtimeMs === mtime;
}
