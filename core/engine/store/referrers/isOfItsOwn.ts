import { isKitManifest, parseManifest } from '../../oci/manifest.ts';
import { isIndexType } from '../../oci/mediaTypes.ts';

/**
 * Is it a kit, an image or an index, and no signature, whatever tag of cosign whoever wrote it gave it? It would be taken
 * for one of the kit that the tag names, and be removed with that. Throws `kit-malformed`.
 */
export function isOfItsOwn(bytes: Uint8Array, mediaType: string): boolean {
  if (isIndexType(mediaType)) return true;
  const manifest = parseManifest(bytes, mediaType);
  return isKitManifest(manifest) || manifest.layers.some((layer) => imageLayer.test(layer.mediaType));
}

const imageLayer = /^application\/vnd\.(?:oci\.image\.layer\.|docker\.image\.rootfs\.)/;
