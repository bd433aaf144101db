import type { KeyObject } from 'node:crypto';
import type { SigningKey } from '../keys/openSigningKey.ts';
import { verifySignature } from '../keys/verifySignature.ts';
import { refused } from './refused.ts';
import { strictBase64 } from './strictBase64.ts';
import { isRecord } from './strictJson.ts';

/** The type of every payload that we sign. */
export const payloadType = 'application/vnd.in-toto+json';

/** An envelope of DSSE (secure-systems-lab/dsse, envelope.md) with one signature; the values are in base64. */
export interface Envelope {
  readonly payload: string;
  readonly payloadType: string;
  readonly sig: string;
}

/** Signs a statement. */
export async function signEnvelope(key: SigningKey, payload: Uint8Array): Promise<Envelope> {
  const signature = await key.sign(preAuthEncoding(payloadType, payload));
  return { payload: base64(payload), payloadType, sig: base64(signature) };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

/** The bytes that are signed (DSSE, protocol.md): the lengths keep type and payload apart. */
export function preAuthEncoding(type: string, payload: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from(`DSSEv1 ${Buffer.byteLength(type)} ${type} ${payload.length} `), payload]);
}

/**
 * The payload of an envelope whose signature is by this key. One signature: what a second one is worth, every reader
 * decides differently. Throws `signature-invalid`.
 */
export function verifyEnvelope(envelope: unknown, key: KeyObject): Uint8Array {
  if (!isRecord(envelope)) throw refused('it has no DSSE envelope');
  const { payload, payloadType: type, signatures } = envelope;
  if (type !== payloadType) throw refused('its payload is no statement of in-toto');
  const [signature, ...others] = Array.isArray(signatures) ? (signatures as readonly unknown[]) : [];
  if (!isRecord(signature) || others.length) throw refused('its envelope has not exactly one signature');
  const [bytes, sig] = [payload, signature['sig']].map(strictBase64);
  if (!bytes?.length || !sig?.length) throw refused('its payload or its signature is no base64');
  if (!verifySignature(key, preAuthEncoding(payloadType, bytes), sig)) throw refused('it is not by this key');
  return bytes;
}
