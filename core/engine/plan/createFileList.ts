import type { BytePath } from '../files/bytePath.ts';
import { createTableBuilder, type FileTable } from '../files/fileTable.ts';
import type { PlanFile } from '../host/nouns.ts';
import { filesOf } from '../host/plannedTable.ts';

/** The files of one layer while they are collected, in order. */
export interface FileList {
  readonly add: (file: PlanFile) => void;
  readonly count: () => number;
  /** Does one of them have a content? */
  readonly hasContent: () => boolean;
  readonly files: () => readonly PlanFile[];
  /** All of them; undefined where a link leads to one. */
  readonly table: () => FileTable | undefined;
}

/** Entries from which on threads are worth their start: one, and all. */
const [many, mostMany] = [4000, 20_000];

/** Bytes from which on one is. */
const large = 16 * 1024 * 1024;

/** How many threads a layer will need: `own` is that of the caller, if it has nothing else to hash. */
export type ThreadsNeeded = 'own' | 'one' | 'all';

/** Files up to which a large layer is read as the files of a model are, one after the other. */
const few = 64;

/**
 * `onMany` is told how many threads the files will need, as soon as they are so many or so large and one of them is newer
 * than the last build of the layer (`builtAt`, ns since 1970; undefined = there was none): asked once, and only then.
 */
export function createFileList(onMany: (threads: ThreadsNeeded) => void, builtAt: () => bigint | undefined): FileList {
  const builder = createTableBuilder();
  const targets = new Map<number, BytePath>();
  let [count, bytes, newest] = [0, 0, -1n];
  let newFrom: bigint | undefined;
  let told: ThreadsNeeded | undefined;
  return {
    add: ({ path, type, fingerprint, target }) => {
      if (target !== undefined) targets.set(count, target);
      builder.add(path, fingerprint);
      if (fingerprint.ctimeNs > newest) newest = fingerprint.ctimeNs;
      count++;
      if (type === 'file') bytes += fingerprint.size;
      const needed = threadsFor(count, bytes);
      if (needed === undefined || told === 'all' || told === needed) return;
      newFrom ??= builtAt() ?? 0n;
      if (newest < newFrom) return;
      told = needed;
      onMany(needed);
    },
    count: () => count,
    hasContent: () => bytes > 0,
    files: () => filesOf(builder.table(), targets),
    table: () => (targets.size ? undefined : builder.table()),
  };
}

function threadsFor(count: number, bytes: number): ThreadsNeeded | undefined {
  if (count >= mostMany) return 'all';
  if (count >= many) return 'one';
  if (bytes < large) return undefined;
  return count <= few ? 'own' : 'one';
}
