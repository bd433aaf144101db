import { join } from 'node:path';
import { writeUnsynced } from '../files/atomicWrite.ts';
import { createBundleWriter } from './createBundleWriter.ts';
import { decodeSnapshot, encodeSnapshot, type LayerSnapshot } from './LayerSnapshot.ts';
import type { StoreLayout } from './storeLayout.ts';

/** What the last builds of layers saw, by `snapshotKey`. Only time is lost with it. */
export interface SnapshotStore {
  readonly read: (key: string) => LayerSnapshot | undefined;
  /** Waits for no disk: a torn snapshot has another checksum. Small ones have no file before `flush`. */
  readonly write: (key: string, snapshot: LayerSnapshot) => void;
  readonly flush: () => void;
}

/** In bytes: what shares a file with others. */
const small = 4096;

export function createSnapshotStore({ snapshots, tmp }: StoreLayout): SnapshotStore {
  const bundles = createBundleWriter(snapshots, tmp);
  return {
    read: (key) => {
      try {
        const bytes = bundles.read(key);
        return bytes && decodeSnapshot(bytes);
      } catch {
        return undefined;
      }
    },
    write: (key, snapshot) => {
      const bytes = encodeSnapshot(snapshot);
      bundles.forget(key);
      if (bytes.byteLength <= small) bundles.write({ key, bytes });
      else writeUnsynced(join(snapshots, key), bytes, tmp);
    },
    flush: () => bundles.flush().release(),
  };
}
