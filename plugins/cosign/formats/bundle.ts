import type { KeyObject } from 'node:crypto';
import type { Evidence } from '@kitwright/core/plugin';
import { keyHash } from '../keys/publicKey.ts';
import { type Envelope, verifyEnvelope } from './dsse.ts';
import { refused } from './refused.ts';
import { isRecord, type JsonRecord, strictJson } from './strictJson.ts';

/** Sigstore bundle v0.3 (sigstore/protobuf-specs, sigstore_bundle.proto); the type of the artifact and of its blob. */
export const bundleType = 'application/vnd.dev.sigstore.bundle.v0.3+json';

/** The bytes of a bundle for an envelope that was signed with a key. It has no entry of a transparency log. */
export function bundleBytes({ payload, payloadType, sig }: Envelope, publicKey: KeyObject): Uint8Array {
  const hint = keyHash(publicKey).toString('base64');
  const bundle = {
    mediaType: bundleType,
    verificationMaterial: { publicKey: { hint } },
    dsseEnvelope: { payload, payloadType, signatures: [{ sig }] },
  };
  return Buffer.from(JSON.stringify(bundle));
}

/** A bundle as it is stored beside a kit. */
export function bundleEvidence(bytes: Uint8Array, predicateType: string): Evidence {
  return {
    artifactType: bundleType,
    blobs: [{ mediaType: bundleType, bytes }],
    annotations: {
      'dev.sigstore.bundle.content': 'dsse-envelope',
      'dev.sigstore.bundle.predicateType': predicateType,
    },
  };
}

/** As sigstore-go has it, for log entries and for timestamps. */
const maxEntries = 32;

/**
 * The statement in a bundle that was signed with this key. Entries of a transparency log and timestamps are counted and
 * not verified: a key is trusted for itself. Throws `signature-invalid`.
 */
export function verifyBundle(bytes: Uint8Array, key: KeyObject): Uint8Array {
  const { mediaType, verificationMaterial: material, dsseEnvelope, messageSignature } = parse(bytes);
  if (mediaType !== bundleType) throw refused('it is no Sigstore bundle v0.3');
  if (!isRecord(material)) throw refused('its bundle says nothing of who signed');
  const { publicKey, certificate, x509CertificateChain: chain, tlogEntries = [], timestampVerificationData } = material;
  if (certificate !== undefined || chain !== undefined) throw refused('it is by an identity, not by a key');
  if (!isRecord(publicKey)) throw refused('its bundle names no key');
  const stamps = isRecord(timestampVerificationData) ? (timestampVerificationData['rfc3161Timestamps'] ?? []) : [];
  if ([tlogEntries, stamps].some((list) => !Array.isArray(list) || list.length > maxEntries))
    throw refused('its bundle has too many entries of logs, or timestamps');
  if (messageSignature !== undefined) throw refused('its bundle signs bytes, and states nothing');
  return verifyEnvelope(dsseEnvelope, key);
}

function parse(bytes: Uint8Array): JsonRecord {
  try {
    return strictJson(bytes, 'bundle');
  } catch (error) {
    throw refused('its bundle cannot be read', error);
  }
}
