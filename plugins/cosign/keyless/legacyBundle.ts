import { createHash, X509Certificate } from 'node:crypto';
import type { EvidenceBlob } from '@kitwright/core/plugin';
import type { Bundle } from '@sigstore/bundle';
import { refused } from '../formats/refused.ts';
import { isRecord, type JsonRecord, strictJson } from '../formats/strictJson.ts';
import { readBundle } from './readBundle.ts';

/** The annotations of cosign 1 and 2 (its SIGNATURE_SPEC.md): PEM, the entry of Rekor, a timestamp. */
const certificateAnnotation = 'dev.sigstore.cosign/certificate';
const entryAnnotation = 'dev.sigstore.cosign/bundle';
const timestampAnnotation = 'dev.sigstore.cosign/rfc3161timestamp';

/** What a blob under a tag signs: a payload with its signature, or an envelope. */
export type LegacyContent =
  | { readonly payload: Uint8Array; readonly signature: Uint8Array }
  | { readonly envelope: JsonRecord };

/**
 * The bundle that says what the annotations of a blob say, so that both forms are verified by the same code. Throws
 * `signature-invalid`.
 */
export function legacyBundle({ annotations = {} }: EvidenceBlob, content: LegacyContent): Bundle {
  const [pem, entry, stamp] = [certificateAnnotation, entryAnnotation, timestampAnnotation].map(
    (name) => annotations[name],
  );
  const rfc3161Timestamps = stamp ? [{ signedTimestamp: parse(stamp)['SignedRFC3161Timestamp'] }] : [];
  const value = {
    mediaType: 'application/vnd.dev.sigstore.bundle+json;version=0.1',
    verificationMaterial: {
      ...(pem ? { x509CertificateChain: { certificates: [{ rawBytes: derOf(pem) }] } } : { publicKey: { hint: '' } }),
      tlogEntries: entry ? [entryOf(parse(entry))] : [],
      timestampVerificationData: { rfc3161Timestamps },
    },
    ...contentOf(content),
  };
  return readBundle(Buffer.from(JSON.stringify(value)));
}

function parse(text: string): JsonRecord {
  try {
    return strictJson(Buffer.from(text), 'annotation');
  } catch (error) {
    throw refused('its log entry or its timestamp cannot be read', error);
  }
}

function derOf(pem: string): string {
  try {
    return new X509Certificate(pem).raw.toString('base64');
  } catch (error) {
    throw refused('its certificate cannot be read', error);
  }
}

function entryOf({ SignedEntryTimestamp: signedEntryTimestamp, Payload: payload }: JsonRecord): JsonRecord {
  const { body, integratedTime, logIndex, logID } = isRecord(payload) ? payload : {};
  if ([body, integratedTime, logIndex, logID].some((value) => typeof value === 'object'))
    throw refused('its log entry has objects in the place of text and numbers');
  const { kind, apiVersion: version } = parse(Buffer.from(String(body), 'base64').toString());
  return {
    logIndex: String(logIndex),
    logId: { keyId: Buffer.from(String(logID), 'hex').toString('base64') },
    kindVersion: { kind, version },
    integratedTime: String(integratedTime),
    inclusionPromise: { signedEntryTimestamp },
    canonicalizedBody: body,
  };
}

function contentOf(content: LegacyContent): JsonRecord {
  if ('envelope' in content) return { dsseEnvelope: content.envelope };
  const digest = createHash('sha256').update(content.payload).digest('base64');
  const signature = Buffer.from(content.signature).toString('base64');
  return { messageSignature: { messageDigest: { algorithm: 'SHA2_256', digest }, signature } };
}
