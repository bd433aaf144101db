import type { BytePath } from '../files/bytePath.ts';
import { type Fingerprint, sameFingerprint } from '../files/fingerprint.ts';
import { typeOf } from '../files/walk.ts';
import type { Plan, PlannedLayer } from '../host/nouns.ts';

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
  readonly target: BytePath | undefined;
}

export function isNewDirectory({ isNew, fingerprint }: Change): boolean {
  return isNew && fingerprint !== undefined && typeOf(fingerprint.mode) === 'directory';
}

/** The layers of a plan that differ from those of the last kit. Without a last plan, all do. */
export function planChanges(last: Plan | undefined, plan: Plan): readonly LayerChange[] {
  const before = new Map(last?.layers.map((layer) => [layer.entry.id, layer]));
  return plan.layers
    .map((layer) => ({
      id: layer.entry.id,
      changes: changesOf(before.get(layer.entry.id), layer),
      known: sameEntry(before.get(layer.entry.id), layer),
    }))
    .filter(({ changes, known }) => changes.length > 0 || !known)
    .map(({ id, changes }) => ({ id, changes }));
}

/** The differences between two scans of one layer; all its files if the layer is new or its options changed. */
function changesOf(before: PlannedLayer | undefined, now: PlannedLayer): readonly Change[] {
  const known = new Map(sameEntry(before, now) ? before?.files.map((file) => [file.path, file]) : []);
  const old = new Map(known);
  const changed = now.files.filter((file) => {
    const was = old.get(file.path);
    old.delete(file.path);
    // A directory's own times change with every entry; only its mode is part of the layer.
    if (file.type === 'directory' && was?.type === 'directory') return was.fingerprint.mode !== file.fingerprint.mode;
    return !was || was.type !== file.type || !sameFingerprint(was.fingerprint, file.fingerprint);
  });
  return [
    ...changed.map(({ path, fingerprint, target }) => ({ path, isNew: !known.has(path), fingerprint, target })),
    ...[...old.keys()].map((path) => ({ path, isNew: false, fingerprint: undefined, target: undefined })),
  ];
}

function sameEntry(a: PlannedLayer | undefined, b: PlannedLayer): boolean {
  return a !== undefined && JSON.stringify(a.entry) === JSON.stringify(b.entry);
}

/** Are the Kitfile and the list of layers unchanged? */
export function sameShape(last: Plan | undefined, plan: Plan): boolean {
  return last !== undefined && last.layers.length === plan.layers.length && sameKitfile(last, plan);
}

function sameKitfile(a: Plan, b: Plan): boolean {
  return text(a.kitfile) === text(b.kitfile);
}

function text(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? `${item}n` : item));
}
