import { readFileSync, statSync } from 'node:fs';
import { childrenOf } from '../oci/childrenOf.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import { maxManifestSize } from '../oci/parseJsonObject.ts';
import type { StoreLayout } from './storeLayout.ts';

/** What a manifest or an index of the store names; nothing if it is not there, or too large to be one. */
export function storedChildren({ blob }: StoreLayout, digest: Digest): readonly Descriptor[] {
  const path = blob(digest);
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats && stats.size <= maxManifestSize ? childrenOf(readFileSync(path)) : [];
}
