import { statSync } from 'node:fs';
import { join } from 'node:path';
import { requireRoom } from '../files/requireRoom.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { hexOf } from '../oci/digest.ts';
import type { LocalStore } from './localStore.ts';
import type { StoreLayout } from './storeLayout.ts';

/**
 * Refuses blobs of a manifest that together are larger than the rest of the store's disk, before the first byte of them
 * comes: some of them would fill it, and belong to no kit. Throws `disk-full`.
 */
export async function requireRoomFor(blobs: readonly Descriptor[], { exists, layout }: LocalStore): Promise<void> {
  let bytes = 0;
  for (const blob of blobs)
    if (!(await exists(blob))) bytes += Math.max(0, blob.size - bytesOnDisk(partialPath(blob, layout)));
  requireRoom(layout.root, bytes, 'this kit');
}

/** Where the beginning of a blob is. */
export function partialPath({ digest }: Descriptor, { partials }: StoreLayout): string {
  return join(partials, hexOf(digest));
}

/** A file that is filled in no order has holes. */
export function bytesOnDisk(path: string): number {
  return (statSync(path, { throwIfNoEntry: false })?.blocks ?? 0) * 512;
}
