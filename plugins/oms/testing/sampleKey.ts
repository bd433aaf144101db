import { generateKeyPairSync } from 'node:crypto';

/** A new key pair in PEM. */
export function createPair(namedCurve = 'P-256') {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve });
  return {
    privateKey: privateKey.export({ format: 'pem', type: 'pkcs8' }) as string,
    encryptedKey: privateKey.export({ format: 'pem', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: 'p' }) as string,
    publicKey: publicKey.export({ format: 'pem', type: 'spki' }) as string,
  };
}

/** Nobody is there to ask. */
export const noPassword = async (): Promise<string | undefined> => undefined;
