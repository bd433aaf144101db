import { createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import type { OpenContext, SignerOptions } from '@kitwright/core/plugin';
import { decryptKey, isEncryptedKey, parseEncryptedKey } from './encryptedKey.ts';
import { keyError } from './keyError.ts';
import { checkKind } from './publicKey.ts';
import { readKeyText } from './readKeyText.ts';
import { serviceKey } from './serviceKey.ts';
import { hashesOf, verifySignature } from './verifySignature.ts';

/** A key that signs, wherever it is kept. */
export interface SigningKey {
  readonly publicKey: KeyObject;
  /** Throws `key-invalid` if the service that holds the key does not sign. */
  readonly sign: (bytes: Uint8Array) => Promise<Uint8Array>;
}

/** Opens a key and asks for its password, if it has one. Throws `key-invalid`. */
export async function openSigningKey(
  key: string,
  password: SignerOptions['password'],
  context: OpenContext,
): Promise<SigningKey> {
  const service = serviceKey(key, context);
  if (!service) return localKey(await decrypted(key, password, context), key);
  const publicKey = await service.publicKey();
  return {
    publicKey,
    sign: async (bytes) => {
      const signature = await service.sign(bytes);
      if (verifySignature(publicKey, bytes, signature)) return signature;
      throw keyError(key, 'cannot be used: its program gave a signature that its public key does not verify');
    },
  };
}

async function decrypted(key: string, password: SignerOptions['password'], context: OpenContext): Promise<KeyObject> {
  const text = readKeyText(key, context);
  const sealed = parseEncryptedKey(text);
  if (!sealed) throw notSealed(key, text);
  const secret = await password(`Password of the private key ${key}`);
  if (secret === undefined)
    throw keyError(key, 'needs its password', 'Set COSIGN_PASSWORD, or name a file with --password-file.');
  const plain = await decryptKey(sealed, secret);
  if (!plain) throw keyError(key, 'cannot be decrypted: the password is wrong, or the key is damaged');
  try {
    return checkKind(createPrivateKey({ key: plain, format: 'der', type: 'pkcs8' }), key);
  } catch (error) {
    throw keyError(key, 'holds no private key that can be used', undefined, error);
  }
}

function notSealed(key: string, text: string) {
  if (isEncryptedKey(text)) return keyError(key, 'is damaged, or encrypted in a way that cosign does not use');
  return keyError(
    key,
    'is no private key of cosign',
    'Make one with "kitwright generate-key-pair"; --key names cosign.key.',
  );
}

/** Ed25519 keys of cosign sign a hash (Ed25519ph), which OpenSSL does not offer. */
function localKey(privateKey: KeyObject, key: string): SigningKey {
  const [hash] = hashesOf(privateKey);
  if (typeof hash !== 'string')
    throw keyError(key, 'is an Ed25519 key, which only verifies here', 'Sign with a key on P-256.');
  return { publicKey: createPublicKey(privateKey), sign: async (bytes) => sign(hash, bytes, privateKey) };
}
