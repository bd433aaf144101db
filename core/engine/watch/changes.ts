import type { BytePath } from '../files/bytePath.ts';
import type { FileTable } from '../files/fileTable.ts';
import { type Fingerprint, sameFingerprint } from '../files/fingerprint.ts';
import { fingerprintIn } from '../files/fingerprintColumns.ts';
import { typeOf } from '../files/walk.ts';
import type { Plan, PlannedLayer } from '../host/nouns.ts';
import { tableOf } from '../host/plannedTable.ts';
import { changedRows } from './changedRows.ts';
import { layerKey, sameEntry } from './layerKey.ts';

export interface LayerChange {
  readonly id: string;
  readonly changes: readonly Change[];
}

/** A path of a layer that differs from the last kit. `fingerprint` is undefined if it was removed. */
export interface Change {
  readonly path: BytePath;
  /** Was it not there before? */
  readonly isNew: boolean;
  readonly fingerprint: Fingerprint | undefined;
  /** What it was in the last kit; undefined if it was not there. */
  readonly before: Fingerprint | undefined;
  readonly target: BytePath | undefined;
  /** Do we write it ourselves? See `WatchOptions.ownOutput`. */
  readonly isOwn?: boolean;
}

export function isNewDirectory({ isNew, fingerprint }: Change): boolean {
  return isNew && fingerprint !== undefined && typeOf(fingerprint.mode) === 'directory';
}

/** The layers of a plan that differ from those of the last kit. Without a last plan, all do. */
export function planChanges(last: Plan | undefined, plan: Plan): readonly LayerChange[] {
  const before = new Map(last?.layers.map((layer) => [layerKey(layer.entry), layer]));
  return plan.layers
    .map((layer) => ({
      id: layerKey(layer.entry),
      changes: changesOf(before.get(layerKey(layer.entry)), layer),
      known: isKnown(before.get(layerKey(layer.entry)), layer),
    }))
    .filter(({ changes, known }) => changes.length > 0 || !known)
    .map(({ id, changes }) => ({ id, changes }));
}

/** The differences between two scans of one layer; all its files if the layer is new or its options changed. */
function changesOf(before: PlannedLayer | undefined, now: PlannedLayer): readonly Change[] {
  const [was, is] = [before && tableOf(before), tableOf(now)];
  if (was && is && isKnown(before, now)) return changesInTable(was, is);
  const known = new Map(isKnown(before, now) ? before?.files.map((file) => [file.path, file]) : []);
  const old = new Map(known);
  const changed = now.files.filter((file) => {
    const was = old.get(file.path);
    old.delete(file.path);
    // A directory's own times change with every entry; only its mode is part of the layer.
    if (file.type === 'directory' && was?.type === 'directory') return was.fingerprint.mode !== file.fingerprint.mode;
    return !was || was.type !== file.type || !sameFingerprint(was.fingerprint, file.fingerprint);
  });
  return [
    ...changed.map(({ path, fingerprint, target }) => {
      const before = known.get(path)?.fingerprint;
      return { path, isNew: !before, fingerprint, before, target };
    }),
    ...[...old].map(([path, { fingerprint: before }]) => ({
      path,
      isNew: false,
      fingerprint: undefined,
      before,
      target: undefined,
    })),
  ];
}

function changesInTable(before: FileTable, now: FileTable): readonly Change[] {
  const { changed, gone } = changedRows(before, now);
  const then = (row: number) => (row < 0 ? undefined : fingerprintIn(before.numbers, row));
  return [
    ...changed.map(({ row, was }) => {
      const [path = '', fingerprint] = [now.paths[row], fingerprintIn(now.numbers, row)];
      return { path, isNew: was < 0, fingerprint, before: then(was), target: undefined };
    }),
    ...gone.map((row) => {
      const [path = ''] = [before.paths[row]];
      return { path, isNew: false, fingerprint: undefined, before: then(row), target: undefined };
    }),
  ];
}

function isKnown(before: PlannedLayer | undefined, now: PlannedLayer): boolean {
  return before !== undefined && sameEntry(before.entry, now.entry);
}

/**
 * Are the Kitfile and the list of layers unchanged? A new checkpoint is a change like others; one that is gone is a
 * change of the list.
 */
export function sameShape(last: Plan | undefined, plan: Plan): boolean {
  if (!last || !sameKitfile(last, plan)) return false;
  const keys = new Set(plan.layers.map(({ entry }) => layerKey(entry)));
  const written = ({ layers }: Plan) => layers.filter(({ entry }) => !entry.isCheckpoint).length;
  return written(last) === written(plan) && last.layers.every(({ entry }) => keys.has(layerKey(entry)));
}

function sameKitfile(a: Plan, b: Plan): boolean {
  return text(a.source ?? a.kitfile) === text(b.source ?? b.kitfile);
}

function text(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? `${item}n` : item));
}
