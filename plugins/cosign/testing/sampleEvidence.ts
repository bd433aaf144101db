import { createHash } from 'node:crypto';
import type { Descriptor, EvidenceBlob, StoredEvidence } from '@kitwright/core/plugin';
import { envelopeType } from '../formats/attestationBlob.ts';
import { bundleType } from '../formats/bundle.ts';
import { signatureAnnotation, simpleSigningType } from '../formats/simpleSigning.ts';
import { vectors } from './cosignVectors.ts';

/** The kit that the vectors are about. */
export const subject: Descriptor = {
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  digest: vectors.digest,
  size: 584,
};

/** Another kit. */
export const other: Descriptor = { ...subject, digest: `sha256:${createHash('sha256').update('other').digest('hex')}` };

const tag = vectors.digest.replace(':', '-');

export function stored(artifactType: string, blobs: readonly EvidenceBlob[], suffix?: string): StoredEvidence {
  return { artifactType, blobs, descriptor: subject, ...(suffix === undefined ? {} : { tag: `${tag}.${suffix}` }) };
}

export function bundleOf(text: string | Uint8Array): StoredEvidence {
  return stored(bundleType, [{ mediaType: bundleType, bytes: Buffer.from(text) }]);
}

export function payloadOf(text: string | Uint8Array, signature: string = vectors.payloadSignature): EvidenceBlob {
  return { mediaType: simpleSigningType, bytes: Buffer.from(text), annotations: { [signatureAnnotation]: signature } };
}

export function envelopeOf(text: string | Uint8Array): EvidenceBlob {
  return { mediaType: envelopeType, bytes: Buffer.from(text) };
}
