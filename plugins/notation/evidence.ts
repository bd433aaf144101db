import { createHash } from 'node:crypto';
import type { Evidence } from '@kitwright/core/plugin';

/** The type of the manifest of a signature (signature-specification.md, "Storage"). */
export const signatureType = 'application/vnd.cncf.notary.signature';

/** The annotation of that manifest that lists the certificates. */
export const thumbprints = 'io.cncf.notary.x509chain.thumbprint#S256';

/** The SHA-256 of each certificate, as that annotation has them. */
export function thumbprintsOf(chain: readonly Uint8Array[]): string {
  return JSON.stringify(chain.map((der) => createHash('sha256').update(der).digest('hex')));
}

/** What is stored beside the kit. */
export function evidenceOf(mediaType: string, bytes: Uint8Array, chain: readonly Uint8Array[]): Evidence {
  return {
    artifactType: signatureType,
    blobs: [{ mediaType, bytes }],
    annotations: { [thumbprints]: thumbprintsOf(chain) },
  };
}
