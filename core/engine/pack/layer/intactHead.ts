import type { Digest } from '../../oci/digest.ts';
import type { RecordHead } from '../../store/LayerRecord.ts';
import { verifyRecord } from '../../store/verifyRecord.ts';
import type { LayerBuildOptions } from './layerWork.ts';

/** The record of the last build, if everything that it needs is still stored and intact. */
export async function intactHead(
  previous: Digest | undefined,
  { store, pool, capture }: LayerBuildOptions,
): Promise<RecordHead | undefined> {
  const head = previous && store.layers.readHead(previous);
  // If a copy is wanted now, files that were only referenced must be copied into the store.
  const lacksCopy = capture !== 'reference' && head?.sources.some(({ kind }) => kind === 'reference');
  if (!head || lacksCopy) return undefined;
  const state = store.layers.stateOfAll(head);
  if (state === 'same') return head;
  const record = state === 'touched' ? store.layers.read(head.digest) : undefined;
  const check = record && (await verifyRecord(record, store, pool));
  if (check?.intact) return head;
  store.layers.discard(head.digest, check?.damaged);
  return undefined;
}
