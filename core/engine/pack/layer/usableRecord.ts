import type { Digest } from '../../oci/digest.ts';
import type { LayerRecord } from '../../store/LayerRecord.ts';
import type { LayerBuildOptions } from './layerWork.ts';

/** A record of the same layer from another build, if it is usable. */
export function usableRecord({ store, capture }: LayerBuildOptions, digest: Digest): LayerRecord | undefined {
  const { layers } = store;
  const record = capture === 'reference' ? undefined : layers.read(digest);
  const own = record?.sources.every(({ kind }) => kind !== 'reference');
  return record && own && layers.stateOfAll(record) === 'same' ? record : undefined;
}
