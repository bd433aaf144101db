import { createHash } from 'node:crypto';
import type { BytePath } from '../../files/bytePath.ts';
import { isRacy } from '../../files/fingerprint.ts';
import type { PlanEntry, PlanFile } from '../../host/nouns.ts';
import type { Digest } from '../../oci/digest.ts';
import { hashBytes, type LayerSnapshot } from '../../store/LayerSnapshot.ts';

const noHash = new Uint8Array(hashBytes);

/** The snapshot of a layer whose files were just read. `readAt` is the wall clock in ns before they were read. */
export function takeSnapshot(
  digest: Digest,
  files: readonly PlanFile[],
  hashes: readonly (Uint8Array | undefined)[],
  readAt: bigint,
  grain: bigint,
): LayerSnapshot {
  return {
    digest,
    files: files.map(({ path, type, fingerprint }, i) => ({
      path,
      type,
      fingerprint,
      hash: hashes[i] ?? noHash,
      racy: type === 'file' && isRacy(fingerprint, readAt, grain),
    })),
  };
}

/** The name of a layer's snapshot, made of the layer's path and of how the layer is made. */
export function snapshotKey(directory: BytePath, entry: PlanEntry): string {
  return createHash('sha256')
    .update([directory, entry.clean, entry.layerType, entry.compression ?? '', entry.role].join('\0'), 'latin1')
    .digest('hex');
}
