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

/** Entries at which threads are worth their start: the first, and all. */
const many: ReadonlyMap<number, 'one' | 'all'> = new Map([
  [4000, 'one'],
  [20_000, 'all'],
]);

/** `onMany` is told how many threads the files will need, as soon as there are so many. */
export function createFileList(onMany: (threads: 'one' | 'all') => void): FileList {
  const builder = createTableBuilder();
  const targets = new Map<number, BytePath>();
  let [count, hasContent] = [0, false];
  return {
    add: ({ path, type, fingerprint, target }) => {
      if (target !== undefined) targets.set(count, target);
      builder.add(path, fingerprint);
      const threads = many.get(++count);
      if (threads) onMany(threads);
      hasContent ||= type === 'file' && fingerprint.size > 0;
    },
    count: () => count,
    hasContent: () => hasContent,
    files: () => filesOf(builder.table(), targets),
    table: () => (targets.size ? undefined : builder.table()),
  };
}
