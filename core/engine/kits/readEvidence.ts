import { KitwrightError } from '../errors/KitwrightError.ts';
import type { EvidenceBlob, StoredEvidence } from '../host/Evidence.ts';
import { parseManifest } from '../oci/manifest.ts';
import { verifiedBytes } from '../store/readVerified.ts';
import type { Referrer } from '../store/referrers/Referrer.ts';
import type { ReadTarget } from '../store/roles.ts';

/** Bytes: an SBOM of a large system fits, and all of it is held in memory. */
export const maxEvidenceSize = 32 * 1024 * 1024;

const maxBlobs = 100;

/** Reads the blobs of evidence, each with its digest verified. Throws `kit-malformed` for too many or too much. */
export async function readEvidence(target: ReadTarget, { descriptor, bytes, tag }: Referrer): Promise<StoredEvidence> {
  const { layers, annotations } = parseManifest(bytes, descriptor.mediaType);
  const size = layers.reduce((sum, layer) => sum + layer.size, 0);
  if (layers.length > maxBlobs || size > maxEvidenceSize)
    throw new KitwrightError(
      'kit-malformed',
      `${descriptor.digest} is too large: ${layers.length} blobs, ${size} bytes.`,
    );
  const blobs: EvidenceBlob[] = [];
  for (const layer of layers) {
    const { mediaType, annotations: noted = {} } = layer;
    blobs.push({ mediaType, bytes: await verifiedBytes(layer, target, maxEvidenceSize), annotations: noted });
  }
  const { artifactType = '' } = descriptor;
  return { artifactType, blobs, annotations, descriptor, ...(tag === undefined ? {} : { tag }) };
}
