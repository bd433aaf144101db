import { type KeyObject, verify } from 'node:crypto';

/**
 * Is this a signature of these bytes? ECDSA in its DER form, RSA with PKCS #1 v1.5 and SHA-256, plain Ed25519. On P-384
 * and P-521 older versions of cosign hash with SHA-256, newer ones with SHA-384 and SHA-512: both are taken.
 */
export function verifySignature(key: KeyObject, bytes: Uint8Array, signature: Uint8Array): boolean {
  return hashesOf(key).some((hash) => verify(hash, bytes, key, signature));
}

/** The hashes that count for a key, the one to sign with first; `null` for Ed25519, which has its own. */
export function hashesOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): readonly (string | null)[] {
  if (asymmetricKeyType === 'ed25519') return [null];
  if (asymmetricKeyDetails?.namedCurve === 'secp384r1') return ['sha384', 'sha256'];
  if (asymmetricKeyDetails?.namedCurve === 'secp521r1') return ['sha512', 'sha256'];
  return ['sha256'];
}
