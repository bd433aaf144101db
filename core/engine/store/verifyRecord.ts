import type { LayerPool } from '../layers/createPool.ts';
import { encodeRecipe } from '../layers/jobs.ts';
import { createMeter } from '../layers/Meter.ts';
import { damagedObjects } from './damagedObjects.ts';
import type { LayerRecord, StoredSource } from './LayerRecord.ts';
import type { LocalStore } from './localStore.ts';

export interface RecordCheck {
  readonly intact: boolean;
  /** Stored files whose content is not what their name says; empty if that could not be told. */
  readonly damaged: readonly StoredSource[];
}

/** Hashes a stored layer again, and finds out which of its files are damaged. */
export async function verifyRecord(record: LayerRecord, store: LocalStore, pool: LayerPool): Promise<RecordCheck> {
  const missing = record.sources.filter((source) => store.layers.stateOf(source) === 'missing');
  if (missing.length) return { intact: false, damaged: missing };
  const { digest } = await pool.hash({
    recipe: encodeRecipe(store.layers.recipeOf(record)),
    meter: createMeter().buffer,
  });
  if (digest === record.digest) return { intact: true, damaged: [] };
  const present = record.sources.filter((source) => store.layers.stateOf(source) !== 'missing');
  const objects = await damagedObjects(present, store, pool, createMeter());
  const others = record.sources.filter(({ kind }) => kind === 'pack' || kind === 'blob');
  return { intact: false, damaged: objects.length ? objects.map(({ source }) => source) : others };
}
