import { existsSync } from 'node:fs';
import { readIndex, writeIndex } from '../store/kitIndex.ts';
import type { LocalStore } from '../store/localStore.ts';
import { type Garbage, sweepStore } from '../store/sweepStore.ts';
import { withLock } from '../store/withLock.ts';

/**
 * Frees what no name reaches, under the store's lock; referrers go with the kit to which they belong. Throws
 * `store-locked`, `store-failed`.
 */
export function collectGarbage(store: LocalStore): Promise<Garbage> {
  const { layout } = store;
  if (!existsSync(layout.root)) return Promise.resolve({ files: 0, bytes: 0 });
  return withLock(layout.lock, layout.tmp, () => {
    const index = readIndex(layout);
    const garbage = sweepStore(store, index);
    // What is younger than a running session was spared: its kit may get its name only now.
    const attached = index.attached.filter(({ descriptor }) => existsSync(layout.blob(descriptor.digest)));
    if (attached.length < index.attached.length) writeIndex(layout, { ...index, attached });
    return garbage;
  });
}
