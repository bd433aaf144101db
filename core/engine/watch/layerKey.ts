import type { PlanEntry } from '../host/nouns.ts';

/** What names a layer in all plans of a watch: its id; of a checkpoint its path, since its position changes. */
export function layerKey({ id, clean, isCheckpoint }: PlanEntry): string {
  return isCheckpoint ? clean : id;
}

/** Are both the same element of the Kitfile, with the same options? */
export function sameEntry(a: PlanEntry, b: PlanEntry): boolean {
  return JSON.stringify({ ...a, id: layerKey(a) }) === JSON.stringify({ ...b, id: layerKey(b) });
}
