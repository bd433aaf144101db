import type { KeyObject } from 'node:crypto';
import {
  type Descriptor,
  type EvidenceBlob,
  Fields,
  goJson,
  type SignRequest,
  type Verified,
} from '@kitwright/core/plugin';
import type { SigningKey } from '../keys/openSigningKey.ts';
import { verifySignature } from '../keys/verifySignature.ts';
import { refused } from './refused.ts';
import { textsIn } from './statement.ts';
import { strictBase64 } from './strictBase64.ts';
import { isRecord, type JsonRecord, strictJson } from './strictJson.ts';

/** The media type of a payload (cosign, SIGNATURE_SPEC.md). */
export const simpleSigningType = 'application/vnd.dev.cosign.simplesigning.v1+json';

/** The annotation of the payload that holds its signature, in base64. */
export const signatureAnnotation = 'dev.cosignproject.cosign/signature';

const payloadKind = 'cosign container image signature';

/** Signs a kit as cosign 1 and 2 do: the payload is a blob, its signature an annotation. */
export async function signPayload(key: SigningKey, request: SignRequest): Promise<EvidenceBlob> {
  const bytes = payloadBytes(request);
  const signature = Buffer.from(await key.sign(bytes)).toString('base64');
  return { mediaType: simpleSigningType, bytes, annotations: { [signatureAnnotation]: signature } };
}

/** As Go writes it: the order and the escapes are part of what is signed. */
export function payloadBytes({ subject, repository, annotations }: SignRequest): Uint8Array {
  const critical = new Fields([
    ['identity', { 'docker-reference': repository }],
    ['image', { 'docker-manifest-digest': subject.digest }],
    ['type', payloadKind],
  ]);
  const optional = Object.keys(annotations).length ? annotations : null;
  return Buffer.from(
    goJson(
      new Fields([
        ['critical', critical],
        ['optional', optional],
      ]),
    ),
  );
}

/** The bytes of a payload, if this key signed them. Throws `signature-invalid`. */
export function verifyPayload(blob: EvidenceBlob, key: KeyObject): Uint8Array {
  if (!verifySignature(key, blob.bytes, payloadSignature(blob))) throw refused('it is not by this key');
  return blob.bytes;
}

/** The signature that is an annotation of a payload; it is not verified. Throws `signature-invalid`. */
export function payloadSignature({ mediaType, annotations = {} }: EvidenceBlob): Buffer {
  if (mediaType !== simpleSigningType) throw refused('it is no payload of cosign');
  const signature = strictBase64(annotations[signatureAnnotation]);
  if (!signature?.length) throw refused('its payload has no signature in base64');
  return signature;
}

/**
 * What a payload says, if it is about this kit; its signature was verified. Throws `signature-invalid`.
 */
export function readPayload(bytes: Uint8Array, subject: Descriptor): Pick<Verified, 'annotations' | 'repository'> {
  const { critical, optional } = parse(bytes);
  if (!isRecord(critical) || critical['type'] !== payloadKind) throw refused('its payload is no signature of cosign');
  const { image, identity } = critical;
  if (!isRecord(image) || image['docker-manifest-digest'] !== subject.digest)
    throw refused(`its payload is not about ${subject.digest}`);
  const { 'docker-reference': repository } = textsIn(identity);
  return { annotations: textsIn(optional), ...(repository ? { repository } : {}) };
}

function parse(bytes: Uint8Array): JsonRecord {
  try {
    return strictJson(bytes, 'payload');
  } catch (error) {
    throw refused('its payload cannot be read', error);
  }
}
