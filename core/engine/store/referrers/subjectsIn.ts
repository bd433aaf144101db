import { childrenOf } from '../../oci/childrenOf.ts';
import type { Descriptor } from '../../oci/descriptor.ts';
import { isIndexType, isManifestType } from '../../oci/mediaTypes.ts';
import { maxManifestSize } from '../../oci/parseJsonObject.ts';
import { verifiedBytes } from '../readVerified.ts';
import type { ReadTarget } from '../roles.ts';

/** The manifests of which one name stands: a kit, or an index and everything that it lists. Each once. */
export async function subjectsIn(source: ReadTarget, root: Descriptor): Promise<readonly Descriptor[]> {
  const found = new Map([[root.digest, root]]);
  for (const one of found.values()) {
    if (!isIndexType(one.mediaType)) continue;
    const children = childrenOf(await verifiedBytes(one, source, maxManifestSize));
    for (const child of children)
      if (isManifestType(child.mediaType) && !found.has(child.digest)) found.set(child.digest, child);
  }
  return [...found.values()];
}
