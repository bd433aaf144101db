import type { LayerPool } from '../layers/createPool.ts';
import { encodeRecipe } from '../layers/jobs.ts';
import { createMeter } from '../layers/Meter.ts';
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
  const objects = await damagedObjects(record, store, pool);
  const others = record.sources.filter(({ kind }) => kind === 'pack' || kind === 'blob');
  return { intact: false, damaged: objects.length ? objects : others };
}

/** Large objects are named by their content hash, so a damaged one can be told from the others. */
async function damagedObjects(
  record: LayerRecord,
  store: LocalStore,
  pool: LayerPool,
): Promise<readonly StoredSource[]> {
  const objects = record.sources.filter(
    (source) => source.kind === 'object' && store.layers.stateOf(source) !== 'missing',
  );
  const recipe = objects.map(
    (source) => ({ kind: 'file', path: store.layers.pathOf(source), offset: 0, size: source.size }) as const,
  );
  const hashes = await pool.probe({ recipe: encodeRecipe(recipe), meter: createMeter().buffer, seed: store.seed() });
  return objects.filter((source, i) => {
    const found = Buffer.from(hashes.subarray(i * 16, (i + 1) * 16)).toString('hex');
    return source.kind === 'object' && source.name !== found;
  });
}
