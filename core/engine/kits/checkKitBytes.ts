import type { Descriptor } from '../oci/descriptor.ts';
import { parseManifest } from '../oci/manifest.ts';
import { isIndexType } from '../oci/mediaTypes.ts';
import { maxManifestSize } from '../oci/parseJsonObject.ts';
import { verifiedBytes } from '../store/readVerified.ts';
import type { ReadTarget } from '../store/roles.ts';

/**
 * Reads the manifest and the config of a kit, and checks that they are what their digests promise: a signature is about a
 * digest, not about what lies there. Layers are checked by whoever reads them. Throws `descriptor-mismatch`,
 * `kit-malformed`, and what the target throws.
 */
export async function checkKitBytes(target: ReadTarget, root: Descriptor): Promise<void> {
  const bytes = await verifiedBytes(root, target, maxManifestSize);
  if (isIndexType(root.mediaType)) return;
  await verifiedBytes(parseManifest(bytes, root.mediaType).config, target, maxManifestSize);
}
