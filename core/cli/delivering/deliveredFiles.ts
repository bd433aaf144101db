import { resolve } from 'node:path';
import { bytePath, isOurOwner } from '@kitwright/core/internal';
import type { EntryFile } from '../resolving/Entry.ts';
import { treeOf } from '../resolving/sealTree.ts';

/**
 * The files of a volume as they are when a kit is delivered, without what lies in `hidden`. One of another user that was not
 * there before (`strangersIn`) took the place of ours meanwhile: it gets an owner that no file has, so that the next start
 * unpacks again.
 */
export function deliveredFiles(directory: string, hidden: string, before: ReadonlySet<string>): readonly EntryFile[] {
  const isOurs = createOwners(directory);
  return filesIn(directory)
    .filter(({ path }) => path !== hidden && !path.startsWith(`${hidden}/`))
    .map((file) => ({
      path: file.path,
      size: file.stats.size,
      mtime: file.stats.mtimeMs,
      uid: isOurs(file.stats.uid) || before.has(idOf(file)) ? file.stats.uid : -1,
    }));
}

/** What others have in a volume. */
export function strangersIn(directory: string): ReadonlySet<string> {
  const isOurs = createOwners(directory);
  return new Set(
    filesIn(directory)
      .filter(({ stats }) => !isOurs(stats.uid))
      .map(idOf),
  );
}

type Found = ReturnType<typeof filesIn>[number];

function filesIn(directory: string) {
  return [...treeOf(directory)].filter(({ stats }) => stats.isFile());
}

/** The time of a change cannot be set: neither of a file that was moved, nor of one that was written to. */
function idOf({ path, stats }: Found): string {
  return `${path}\0${stats.dev}:${stats.ino}:${stats.ctimeMs}`;
}

/** Each owner is looked at once. */
function createOwners(directory: string): (uid: number) => boolean {
  const known = new Map<number, boolean>();
  return (uid) => {
    const isOurs = known.get(uid) ?? isOurOwner(uid, bytePath(resolve(directory)));
    known.set(uid, isOurs);
    return isOurs;
  };
}
