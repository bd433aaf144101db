import { type KeyObject, randomBytes, scrypt } from 'node:crypto';
import { parseJsonObject } from '@kitwright/core/plugin';
import { xsalsa20poly1305 } from '@noble/ciphers/salsa.js';
import { strictBase64 } from '../formats/strictBase64.ts';
import { isRecord } from '../formats/strictJson.ts';

/** Memory is 128 * N * r bytes: 64 MiB for what is written. `r` is 8 and `p` is 1. */
const costWritten = 65_536;

/** What go-securesystemslib has written so far; any other could take all memory or all time. */
const costsRead: readonly unknown[] = [32_768, costWritten, 131_072];

const label = 'ENCRYPTED SIGSTORE PRIVATE KEY';
const block =
  /^\s*-----BEGIN ENCRYPTED (SIGSTORE|COSIGN) PRIVATE KEY-----\s([A-Za-z0-9+/=\s]+)-----END ENCRYPTED \1 PRIVATE KEY-----\s*$/;

/**
 * A private key as cosign keeps it (go-securesystemslib, encrypted/encrypted.go): JSON in PEM, which holds the PKCS #8
 * form, encrypted with XSalsa20-Poly1305 under a key that scrypt makes of the password. The password may be empty.
 */
export async function encryptKey(privateKey: KeyObject, password: string): Promise<string> {
  const [salt, nonce] = [randomBytes(32), randomBytes(24)];
  const secret = await stretched(password, salt, costWritten);
  const plain = privateKey.export({ format: 'der', type: 'pkcs8' });
  const json = {
    kdf: { name: 'scrypt', params: { N: costWritten, r: 8, p: 1 }, salt: salt.toString('base64') },
    cipher: { name: 'nacl/secretbox', nonce: nonce.toString('base64') },
    ciphertext: Buffer.from(xsalsa20poly1305(secret, nonce).encrypt(plain)).toString('base64'),
  };
  return pem(Buffer.from(JSON.stringify(json)));
}

function stretched(password: string, salt: Uint8Array, cost: number): Promise<Buffer> {
  const options = { N: cost, r: 8, p: 1, maxmem: 2 * 128 * cost * 8 };
  return new Promise((resolve, reject) =>
    scrypt(password, salt, 32, options, (error, key) => (error ? reject(error) : resolve(key))),
  );
}

function pem(bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}

/** Is a text a private key of cosign, by its first line? */
export function isEncryptedKey(text: string): boolean {
  return /^\s*-----BEGIN ENCRYPTED (?:SIGSTORE|COSIGN) PRIVATE KEY-----/.test(text);
}

/** What is in an encrypted key, checked, and not decrypted. */
export interface SealedKey {
  readonly cost: number;
  readonly salt: Buffer;
  readonly nonce: Buffer;
  readonly ciphertext: Buffer;
}

/** Reads the PEM; undefined if it is not in this form. */
export function parseEncryptedKey(text: string): SealedKey | undefined {
  const bytes = strictBase64((block.exec(text)?.[2] ?? '').replace(/\s/g, ''));
  if (!bytes?.length) return undefined;
  const { kdf, cipher, ciphertext } = objectIn(bytes);
  if (!isRecord(kdf) || !isRecord(kdf['params']) || !isRecord(cipher)) return undefined;
  const { N, r, p } = kdf['params'];
  const [salt, nonce, sealed] = [kdf['salt'], cipher['nonce'], ciphertext].map(strictBase64);
  if (kdf['name'] !== 'scrypt' || cipher['name'] !== 'nacl/secretbox') return undefined;
  if (typeof N !== 'number' || !costsRead.includes(N) || r !== 8 || p !== 1) return undefined;
  if (salt?.length !== 32 || nonce?.length !== 24 || !sealed || sealed.length < 17) return undefined;
  return { cost: N, salt, nonce, ciphertext: sealed };
}

function objectIn(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    return parseJsonObject(bytes, 'private key');
  } catch {
    return {};
  }
}

/** The PKCS #8 form; undefined if the password is wrong. */
export async function decryptKey(
  { cost, salt, nonce, ciphertext }: SealedKey,
  password: string,
): Promise<Buffer | undefined> {
  const secret = await stretched(password, salt, cost);
  try {
    return Buffer.from(xsalsa20poly1305(secret, nonce).decrypt(ciphertext));
  } catch {
    return undefined;
  }
}
