import { createHash, type KeyObject } from 'node:crypto';
import { isObject, type JsonObject, strictBase64, strictJson } from '@kitwright/core/plugin';
import { refused } from './statement.ts';

/** Sigstore bundle v0.3 (sigstore/protobuf-specs, sigstore_bundle.proto). */
export const bundleType = 'application/vnd.dev.sigstore.bundle.v0.3+json';

const payloadType = 'application/vnd.in-toto+json';

/** A signed payload. */
export interface Envelope {
  readonly payload: Uint8Array;
  /** DER for ECDSA. */
  readonly signature: Uint8Array;
  /** Which key signed, as the bundle says; undefined if it names none. */
  readonly hint?: string | undefined;
  /** Is it by an identity, with a certificate of Fulcio? */
  readonly hasIdentity: boolean;
  /** Certificates in DER, that of the signer first; empty for a key. */
  readonly chain: readonly Uint8Array[];
}

/** What is signed (DSSE, protocol.md). */
export function preAuthEncoding(payload: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`DSSEv1 ${payloadType.length} ${payloadType} ${payload.length} `), payload]);
}

/** The name of a key in these bundles: the SHA-256 of its text in PEM. */
export function hintOf(key: KeyObject): string {
  const pem = key.export({ format: 'pem', type: 'spki' });
  return createHash('sha256').update(pem).digest('hex');
}

/** A bundle without entries of a log: by a key, which the hint names, or by one with these certificates. */
export function bundleBytes(
  payload: Uint8Array,
  signature: Uint8Array,
  by: string | readonly Uint8Array[],
): Uint8Array {
  const certificates =
    typeof by === 'string' ? [] : by.map((der) => ({ rawBytes: Buffer.from(der).toString('base64') }));
  const material = typeof by === 'string' ? { publicKey: { hint: by } } : { x509CertificateChain: { certificates } };
  const bundle = {
    mediaType: bundleType,
    verificationMaterial: { ...material, tlogEntries: [] },
    dsseEnvelope: {
      payload: Buffer.from(payload).toString('base64'),
      payloadType,
      signatures: [{ sig: Buffer.from(signature).toString('base64'), keyid: '' }],
    },
  };
  return Buffer.from(`${JSON.stringify(bundle)}\n`);
}

/** The same bundle, whose key is named as model signing does it. */
export function withHint(bytes: Uint8Array, hint: string): Uint8Array {
  const bundle = parse(bytes);
  const material = isObject(bundle['verificationMaterial']) ? bundle['verificationMaterial'] : {};
  const named = { ...bundle, verificationMaterial: { ...material, publicKey: { hint } } };
  return Buffer.from(`${JSON.stringify(named)}\n`);
}

/** Takes a bundle apart; nothing in it is verified. Throws `signature-invalid`. */
export function readBundle(bytes: Uint8Array): Envelope {
  const { mediaType, verificationMaterial: material, dsseEnvelope: envelope } = parse(bytes);
  if (mediaType !== bundleType) throw refused('it is no Sigstore bundle v0.3');
  if (!isObject(material) || !isObject(envelope)) throw refused('its bundle has no envelope');
  const { payload, payloadType: type, signatures } = envelope;
  const [first, ...others] = Array.isArray(signatures) ? (signatures as readonly unknown[]) : [];
  if (type !== payloadType) throw refused('its payload is of another type');
  const [body, signature] = [strictBase64(payload), isObject(first) ? strictBase64(first['sig']) : undefined];
  if (!body || !signature || others.length) throw refused('its envelope has not exactly one signature');
  const { publicKey, certificate, x509CertificateChain: chain } = material;
  const hint = isObject(publicKey) ? publicKey['hint'] : undefined;
  return {
    payload: body,
    signature,
    hint: typeof hint === 'string' ? hint : undefined,
    hasIdentity: certificate !== undefined,
    chain: chain === undefined ? [] : chainIn(chain),
  };
}

function chainIn(chain: unknown): readonly Uint8Array[] {
  const list = isObject(chain) ? chain['certificates'] : undefined;
  const found = Array.isArray(list)
    ? list.map((each) => strictBase64(isObject(each) ? each['rawBytes'] : undefined))
    : [];
  if (found.length && found.every((der) => der !== undefined)) return found;
  throw refused('its certificates cannot be read');
}

function parse(bytes: Uint8Array): JsonObject {
  try {
    return strictJson(bytes, 'bundle');
  } catch (error) {
    throw refused('its bundle cannot be read', error);
  }
}
