import type { KeyObject } from 'node:crypto';
import { type EvidenceBlob, Fields, goJson } from '@kitwright/core/plugin';
import { type Envelope, verifyEnvelope } from './dsse.ts';
import { refused } from './refused.ts';
import { signatureAnnotation } from './simpleSigning.ts';
import { type JsonRecord, strictJson } from './strictJson.ts';

/** The media type of an attestation under the tag `.att` (cosign, ATTESTATION_SPEC.md). */
export const envelopeType = 'application/vnd.dsse.envelope.v1+json';

/** An attestation as cosign 1 and 2 store it: the envelope is a blob. */
export function attestationBlob({ payload, payloadType, sig }: Envelope, predicateType: string): EvidenceBlob {
  const signatures = [
    new Fields([
      ['keyid', ''],
      ['sig', sig],
    ]),
  ];
  const bytes = Buffer.from(
    goJson(
      new Fields([
        ['payloadType', payloadType],
        ['payload', payload],
        ['signatures', signatures],
      ]),
    ),
  );
  return { mediaType: envelopeType, bytes, annotations: { [signatureAnnotation]: '', predicateType } };
}

/** The statement in such a blob, if this key signed it. Throws `signature-invalid`. */
export function verifyAttestationBlob(blob: EvidenceBlob, key: KeyObject): Uint8Array {
  return verifyEnvelope(envelopeIn(blob), key);
}

/** The envelope in such a blob; it is not verified. Throws `signature-invalid`. */
export function envelopeIn({ mediaType, bytes }: EvidenceBlob): JsonRecord {
  if (mediaType !== envelopeType) throw refused('it is no DSSE envelope');
  return parse(bytes);
}

function parse(bytes: Uint8Array): JsonRecord {
  try {
    return strictJson(bytes, 'envelope');
  } catch (error) {
    throw refused('its envelope cannot be read', error);
  }
}
