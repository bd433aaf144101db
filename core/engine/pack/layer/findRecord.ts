import type { Digest } from '../../oci/digest.ts';
import type { LayerRecord } from '../../store/LayerRecord.ts';
import type { LayerBuildOptions } from './layerWork.ts';

/** What the store has of a layer that was just hashed. */
export interface FoundRecord {
  /** Is there one at all? */
  readonly existed: boolean;
  /** That of another build, if all its files are as they were, and the store's own. */
  readonly usable: LayerRecord | undefined;
}

export function findRecord({ store, capture }: LayerBuildOptions, digest: Digest): FoundRecord {
  const { layers } = store;
  const head = layers.readHead(digest);
  const isUsable =
    head !== undefined &&
    capture !== 'reference' &&
    head.sources.every(({ kind }) => kind !== 'reference') &&
    layers.stateOfAll(head) === 'same';
  return { existed: head !== undefined, usable: isUsable ? layers.read(digest) : undefined };
}
