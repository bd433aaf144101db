import type { BytePath } from '../files/bytePath.ts';
import type { LayerPool } from '../layers/createPool.ts';
import { encodeRecipe } from '../layers/jobs.ts';
import type { Meter } from '../layers/Meter.ts';
import type { StoredSource } from './LayerRecord.ts';
import type { LocalStore } from './localStore.ts';

/** A large file of the store whose bytes are not those that its name says. */
export interface DamagedObject {
  readonly source: StoredSource;
  readonly path: BytePath;
  /** The content hash that it has, and the one that is its name: hexadecimal. */
  readonly found: string;
  readonly name: string;
}

/**
 * Which of these files are damaged, as far as their names say: large objects are named by their content hash, others are
 * passed over. They are read in parallel.
 */
export async function damagedObjects(
  sources: readonly StoredSource[],
  store: LocalStore,
  pool: LayerPool,
  { buffer: meter }: Meter,
): Promise<readonly DamagedObject[]> {
  const seed = store.seed();
  const checked = sources.map(async (source): Promise<readonly DamagedObject[]> => {
    if (source.kind !== 'object') return [];
    const { name, size } = source;
    const path = store.layers.pathOf(source);
    const recipe = encodeRecipe([{ kind: 'file', path, offset: 0, size }]);
    const found = Buffer.from(await pool.probe({ recipe, meter, seed })).toString('hex');
    return found === name ? [] : [{ source, path, found, name }];
  });
  return (await Promise.all(checked)).flat();
}
