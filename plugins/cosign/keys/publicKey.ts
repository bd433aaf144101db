import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { keyError } from './keyError.ts';

const block = /^\s*-----BEGIN PUBLIC KEY-----\s[A-Za-z0-9+/=\s]+-----END PUBLIC KEY-----\s*$/;

/** Reads a public key (RFC 7468, section 13), of a kind that is used for signatures. Throws `key-invalid`. */
export function parsePublicKey(text: string, name: string): KeyObject {
  // OpenSSL would also take a certificate, or a private key.
  if (!block.test(text))
    throw keyError(name, 'is no public key', 'A public key begins with "-----BEGIN PUBLIC KEY-----".');
  return checkKind(readBlock(text, name), name);
}

function readBlock(text: string, name: string): KeyObject {
  try {
    return createPublicKey(text);
  } catch (error) {
    throw keyError(name, 'cannot be read', undefined, error);
  }
}

const curves: readonly unknown[] = ['prime256v1', 'secp384r1', 'secp521r1'];

/** Refuses weak keys, and kinds that cosign does not sign with. Throws `key-invalid`. */
export function checkKind(key: KeyObject, name: string): KeyObject {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details = {} } = key;
  if (type === 'ed25519') return key;
  if (type === 'ec' && curves.includes(details.namedCurve)) return key;
  if (type === 'rsa' && (details.modulusLength ?? 0) >= 2048 && (details.modulusLength ?? 0) <= 8192) return key;
  const hint = 'Use a key on P-256, P-384 or P-521, Ed25519, or RSA with 2048 to 8192 bits.';
  throw keyError(name, `is of a kind that is not used (${type ?? 'unknown'})`, hint);
}

/** As `cosign.pub` has it. */
export function publicKeyText(key: KeyObject): string {
  return key.export({ format: 'pem', type: 'spki' }) as string;
}

/** The SHA-256 of a public key in its SPKI form. */
export function keyHash(key: KeyObject): Buffer {
  return createHash('sha256')
    .update(key.export({ format: 'der', type: 'spki' }))
    .digest();
}

/** How a signer is named: `sha256:` and the hash in hex, as `openssl pkey -pubin -outform der | sha256sum` shows it. */
export function fingerprintOf(key: KeyObject): string {
  return `sha256:${keyHash(key).toString('hex')}`;
}
