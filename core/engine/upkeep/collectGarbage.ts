import { existsSync } from 'node:fs';
import { readIndex } from '../store/kitIndex.ts';
import type { LocalStore } from '../store/localStore.ts';
import { type Garbage, sweepStore } from '../store/sweepStore.ts';
import { withLock } from '../store/withLock.ts';

/** Frees what no name reaches, under the store's lock. Throws `store-locked`, `store-failed`. */
export function collectGarbage(store: LocalStore): Promise<Garbage> {
  const { layout } = store;
  if (!existsSync(layout.root)) return Promise.resolve({ files: 0, bytes: 0 });
  return withLock(layout.lock, layout.tmp, () => sweepStore(store, readIndex(layout)));
}
