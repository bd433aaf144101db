import { statSync } from 'node:fs';
import { join } from 'node:path';
import { writeUnsynced } from '../files/atomicWrite.ts';
import { createBundleWriter } from './createBundleWriter.ts';
import {
  decodeColumns,
  decodeSnapshot,
  encodeColumns,
  encodeSnapshot,
  type LayerSnapshot,
  type SnapshotColumns,
} from './LayerSnapshot.ts';
import type { StoreLayout } from './storeLayout.ts';

/** What the last builds of layers saw, by `snapshotKey`. Only time is lost with it. */
export interface SnapshotStore {
  readonly read: (key: string) => LayerSnapshot | undefined;
  readonly readColumns: (key: string) => SnapshotColumns | undefined;
  /** When a snapshot was written, in ns since 1970 by the clock of its disk; undefined if there is none. */
  readonly writtenAt: (key: string) => bigint | undefined;
  /** Waits for no disk: a torn snapshot has another checksum. Small ones have no file before `flush`. */
  readonly write: (key: string, snapshot: LayerSnapshot) => void;
  readonly writeColumns: (key: string, snapshot: SnapshotColumns) => void;
  readonly flush: () => void;
}

/** In bytes: what shares a file with others. */
const small = 4096;

export function createSnapshotStore({ snapshots, tmp }: StoreLayout): SnapshotStore {
  const bundles = createBundleWriter(snapshots, tmp);
  const readAs = <T>(key: string, decode: (bytes: Buffer) => T | undefined): T | undefined => {
    try {
      const bytes = bundles.read(key);
      return bytes && decode(bytes);
    } catch {
      return undefined;
    }
  };
  const write = (key: string, bytes: Uint8Array) => {
    bundles.forget(key);
    if (bytes.byteLength <= small) bundles.write({ key, bytes });
    else writeUnsynced(join(snapshots, key), bytes, tmp);
  };
  return {
    writtenAt: (key) => statSync(join(snapshots, key), { bigint: true, throwIfNoEntry: false })?.mtimeNs,
    read: (key) => readAs(key, decodeSnapshot),
    readColumns: (key) => readAs(key, decodeColumns),
    write: (key, snapshot) => write(key, encodeSnapshot(snapshot)),
    writeColumns: (key, snapshot) => write(key, encodeColumns(snapshot)),
    flush: () => bundles.flush().release(),
  };
}
