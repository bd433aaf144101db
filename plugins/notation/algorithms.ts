import { constants, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';

/** A signature algorithm of the Notary Project (signature-specification.md, "Signature Algorithm Requirements"). */
export interface Algorithm {
  /** RFC 7518, section 3.1. */
  readonly name: string;
  /** RFC 9053 and RFC 8230. */
  readonly cose: number;
  readonly hash: 'sha256' | 'sha384' | 'sha512';
}

/** By key: each has exactly one algorithm, so that nobody can choose a weaker one. */
const algorithms: Readonly<Record<string, Algorithm>> = {
  'rsa 2048': { name: 'PS256', cose: -37, hash: 'sha256' },
  'rsa 3072': { name: 'PS384', cose: -38, hash: 'sha384' },
  'rsa 4096': { name: 'PS512', cose: -39, hash: 'sha512' },
  'ec prime256v1': { name: 'ES256', cose: -7, hash: 'sha256' },
  'ec secp384r1': { name: 'ES384', cose: -35, hash: 'sha384' },
  'ec secp521r1': { name: 'ES512', cose: -36, hash: 'sha512' },
};

/** The algorithm of a key; undefined for a key that is not used. A private key has the algorithm of its public one. */
export function algorithmOf(key: KeyObject): Algorithm | undefined {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details = {} } = key;
  const kind = `${type} ${details.modulusLength ?? details.namedCurve}`;
  return Object.hasOwn(algorithms, kind) ? algorithms[kind] : undefined;
}

/** RSASSA-PSS with a salt as long as the hash, or ECDSA with both numbers one after the other. */
function parametersOf(key: KeyObject) {
  const { RSA_PKCS1_PSS_PADDING: padding, RSA_PSS_SALTLEN_DIGEST: saltLength } = constants;
  return key.asymmetricKeyType === 'rsa' ? { key, padding, saltLength } : { key, dsaEncoding: 'ieee-p1363' as const };
}

export function signBytes(key: KeyObject, { hash }: Algorithm, bytes: Uint8Array): Buffer {
  return sign(hash, bytes, parametersOf(key));
}

/** A key that cannot be used throws. */
export function verifyBytes(key: KeyObject, { hash }: Algorithm, bytes: Uint8Array, signature: Uint8Array): boolean {
  try {
    return verify(hash, bytes, parametersOf(key), signature);
  } catch {
    return false;
  }
}

/** Do both belong together? */
export function isPair(privateKey: KeyObject, publicKey: KeyObject): boolean {
  return createPublicKey(privateKey).equals(publicKey);
}
