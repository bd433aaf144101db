import { generateKeyPairSync } from 'node:crypto';
import { encryptKey } from './encryptedKey.ts';
import { publicKeyText } from './publicKey.ts';

/** The texts of the two files of a key, as cosign writes them. */
export interface KeyPair {
  readonly privateKey: string;
  readonly publicKey: string;
}

/** A new key on P-256: what every version of cosign, and every policy engine, takes. */
export async function generateKeyPair(password: string): Promise<KeyPair> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { privateKey: await encryptKey(privateKey, password), publicKey: publicKeyText(publicKey) };
}
