import type { BytePath } from '../files/bytePath.ts';
import { type FileTable, isDirectoryMode } from '../files/fileTable.ts';
import { fingerprintIn } from '../files/fingerprintColumns.ts';
import type { PlanEntry, PlanFile, PlannedLayer } from './nouns.ts';

/** A file or directory of a layer, as far as a name and a number tell. */
export interface PlannedName {
  readonly path: BytePath;
  readonly type: 'file' | 'directory';
  /** Bytes; of a directory what the system says. */
  readonly size: number;
  /** As of a `PlanFile`. */
  readonly target?: BytePath | undefined;
}

const tables = new WeakMap<PlannedLayer, FileTable>();

/**
 * A layer whose files are all in a table. Whoever asks for `files` gets objects, made then; a copy of the layer (`{ ...layer }`)
 * has objects only.
 */
export function plannedTable(entry: PlanEntry, table: FileTable): PlannedLayer {
  let files: readonly PlanFile[] | undefined;
  const planned: PlannedLayer = {
    entry,
    get files() {
      files ??= filesOf(table);
      return files;
    },
  };
  tables.set(planned, table);
  return planned;
}

/** The table of a layer that nobody changed since it was planned; undefined if it has none. */
export function tableOf(planned: PlannedLayer): FileTable | undefined {
  return tables.get(planned);
}

/** The paths of a layer, in order. */
export function pathsOf(planned: PlannedLayer): readonly BytePath[] {
  return tableOf(planned)?.paths ?? planned.files.map(({ path }) => path);
}

/**
 * The same layer, with the very list of paths of an earlier plan if no path came or went: what was found out about it then
 * need not be found out again.
 */
export function withPathsOf(planned: PlannedLayer, before: PlannedLayer | undefined): PlannedLayer {
  const [table, earlier] = [tableOf(planned), before && tableOf(before)];
  if (!table || !earlier || !sameTexts(table.paths, earlier.paths)) return planned;
  return plannedTable(planned.entry, { ...table, paths: earlier.paths });
}

/** Gives what a list of paths tells, found out once for each list: see `withPathsOf`. */
export function perPaths<T>(find: (paths: readonly BytePath[]) => T): (planned: PlannedLayer) => T {
  const known = new WeakMap<readonly BytePath[], { readonly told: T }>();
  return (planned) => {
    const paths = pathsOf(planned);
    const { told } = known.get(paths) ?? { told: find(paths) };
    known.set(paths, { told });
    return told;
  };
}

function sameTexts(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((text, i) => text === others[i]);
}

/** Have both layers the same list of files, not only equal ones? */
export function sameFiles(a: PlannedLayer, b: PlannedLayer): boolean {
  const [one, other] = [tableOf(a), tableOf(b)];
  return one && other ? one === other : a.files === b.files;
}

export function filesOf({ paths, numbers, modes }: FileTable, targets?: ReadonlyMap<number, BytePath>): PlanFile[] {
  return paths.map((path, row): PlanFile => {
    const target = targets?.get(row);
    const type = isDirectoryMode(modes[row] ?? 0) ? 'directory' : 'file';
    return { path, type, fingerprint: fingerprintIn(numbers, row), ...(target === undefined ? {} : { target }) };
  });
}

/** How many files and directories a layer has. */
export function countOf(planned: PlannedLayer): number {
  return tableOf(planned)?.count ?? planned.files.length;
}

/** The files and directories of a layer, in order, without an object for each that stays. */
export function* namesOf(planned: PlannedLayer): Generator<PlannedName> {
  const table = tableOf(planned);
  if (!table) {
    for (const { path, type, fingerprint, target } of planned.files)
      yield { path, type, size: fingerprint.size, target };
    return;
  }
  const { paths, sizes, modes } = table;
  for (let row = 0; row < table.count; row++)
    yield {
      path: paths[row] ?? '',
      type: isDirectoryMode(modes[row] ?? 0) ? 'directory' : 'file',
      size: sizes[row] ?? 0,
    };
}
