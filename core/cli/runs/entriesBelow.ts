import { type Dirent, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Is an entry of this directory looked at? */
export type Counts = (path: string, directory: string) => boolean;

/** The paths and what is below them, directory by directory, as far as it `counts`; no links. At most `most` of them. */
export function entriesBelow(
  paths: readonly string[],
  counts: Counts = () => true,
  most = Number.POSITIVE_INFINITY,
): readonly string[] {
  const found = [...paths];
  const directories = [...paths];
  for (const directory of directories) {
    for (const entry of entriesOf(directory)) {
      const path = join(directory, entry.name);
      if (entry.isSymbolicLink() || !counts(path, directory)) continue;
      if (found.length >= most) return found;
      found.push(path);
      if (entry.isDirectory()) directories.push(path);
    }
  }
  return found;
}

/** None for a file, and for a directory that cannot be read. */
export function entriesOf(directory: string): readonly Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch {
    return [];
  }
}
