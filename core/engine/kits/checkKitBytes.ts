import type { Descriptor } from '../oci/descriptor.ts';
import { parseManifest } from '../oci/manifest.ts';
import { isIndexType } from '../oci/mediaTypes.ts';
import { verifiedBytes } from '../store/readVerified.ts';
import type { ReadTarget } from '../store/roles.ts';

/** Bytes of a manifest, and of a config. */
const maxSize = 4 * 1024 * 1024;

/**
 * Reads the manifest and the config of a kit, and checks that they are what their digests promise: a signature is about a
 * digest, not about what lies there. Layers are checked by whoever reads them. Throws `descriptor-mismatch`,
 * `kit-malformed`, and what the target throws.
 */
export async function checkKitBytes(target: ReadTarget, root: Descriptor): Promise<void> {
  const bytes = await verifiedBytes(root, target, maxSize);
  if (isIndexType(root.mediaType)) return;
  await verifiedBytes(parseManifest(bytes, root.mediaType).config, target, maxSize);
}
