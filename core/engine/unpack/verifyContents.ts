import { KitwrightError } from '../errors/KitwrightError.ts';
import { displayPath } from '../files/displayPath.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { type DamagedObject, damagedObjects } from '../store/damagedObjects.ts';
import type { StoredSource } from '../store/LayerRecord.ts';
import { isLocalStore, type LocalStore } from '../store/localStore.ts';
import type { ReadTarget } from '../store/roles.ts';
import { cancellable } from './cancellable.ts';
import type { FetchLayerOptions } from './fetchLayer.ts';

/** Files of our store, each named by the content hash that it had when its bytes were hashed with SHA-256. */
export interface NamedContents {
  readonly store: LocalStore;
  readonly objects: readonly StoredSource[];
}

/**
 * The files of a layer that consists of whole large files of our store and of inline bytes, which have a checksum in the
 * layer's record. Undefined for every other layer: that is hashed with SHA-256.
 */
export function namedContents(store: ReadTarget, { digest }: Descriptor): NamedContents | undefined {
  if (!isLocalStore(store)) return undefined;
  const record = store.layers.read(digest);
  if (record?.diffId !== digest) return undefined;
  const isNamed = record.sources.every(({ kind }) => kind === 'object');
  const slices = record.pieces.filter((piece) => 'source' in piece);
  const isWhole = slices.every(({ source, offset, size }) => offset === 0 && size === record.sources[source]?.size);
  return isNamed && isWhole && slices.length ? { store, objects: record.sources } : undefined;
}

/**
 * Finds out whether each file still is what its name says: several times faster than SHA-256, and enough against a disk
 * that forgets. Throws `descriptor-mismatch`.
 */
export async function verifyContents(
  { store, objects }: NamedContents,
  { pool, signal }: Pick<FetchLayerOptions, 'pool' | 'signal'>,
): Promise<void> {
  const [first] = await cancellable(signal, (meter) => damagedObjects(objects, store, pool, meter));
  if (first) throw damaged(first);
}

function damaged({ path, name, found }: DamagedObject): KitwrightError {
  const message = `The stored file ${displayPath(path)} is damaged: its content hash is ${found}.`;
  return new KitwrightError('descriptor-mismatch', message, {
    data: { name, found },
    hint: '"kitwright store check --repair" removes it, and says which kits need it.',
  });
}
