import { syncDirectory, syncFiles, writeUnsynced } from '../files/atomicWrite.ts';
import { type Digest, hexOf } from '../oci/digest.ts';
import { createBundleWriter } from './createBundleWriter.ts';
import type { StoreLayout } from './storeLayout.ts';

/** Writes records of layers to `recipes/` and reads them; nothing waits for the disk before `settle`. */
export interface RecordWriter {
  readonly write: (digest: Digest, bytes: Uint8Array) => void;
  /** A record that needs no file beside it may share one with others. */
  readonly writeBundled: (digest: Digest, bytes: Uint8Array) => void;
  /** A record that was written, whether it has a file yet or not. Throws what the system says. */
  readonly read: (digest: Digest) => Buffer | undefined;
  readonly forget: (digest: Digest) => void;
  /** Makes durable what was written. Who comes while another one waits for the disk waits too. */
  readonly settle: () => Promise<void>;
}

export function createRecordWriter(layout: StoreLayout): RecordWriter {
  const bundles = createBundleWriter(layout.recipes, layout.tmp);
  const unsynced = new Set<string>();
  let last: Promise<void> = Promise.resolve();
  const settle = async () => {
    const bundled = bundles.flush();
    const paths = [...unsynced, ...bundled.paths];
    unsynced.clear();
    if (!paths.length) return;
    try {
      syncDirectory(layout.packs);
      await syncFiles(paths);
      syncDirectory(layout.recipes);
    } finally {
      bundled.release();
    }
  };
  return {
    write: (digest, bytes) => {
      const path = layout.recipe(digest);
      writeUnsynced(path, bytes, layout.tmp);
      unsynced.add(path);
    },
    writeBundled: (digest, bytes) => bundles.write({ key: hexOf(digest), bytes }),
    read: (digest) => bundles.read(hexOf(digest)),
    forget: (digest) => bundles.forget(hexOf(digest)),
    settle: () => {
      last = last.catch(() => undefined).then(settle);
      return last;
    },
  };
}
