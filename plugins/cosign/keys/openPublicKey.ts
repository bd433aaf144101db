import type { KeyObject } from 'node:crypto';
import type { OpenContext } from '@kitwright/core/plugin';
import { isEncryptedKey } from './encryptedKey.ts';
import { keyError } from './keyError.ts';
import { parsePublicKey } from './publicKey.ts';
import { readKeyText } from './readKeyText.ts';
import { serviceKey } from './serviceKey.ts';

/** The public key in a file, a variable or a service. Throws `key-invalid`. */
export async function openPublicKey(key: string, context: OpenContext): Promise<KeyObject> {
  const service = serviceKey(key, context);
  if (service) return service.publicKey();
  const text = readKeyText(key, context);
  if (isEncryptedKey(text))
    throw keyError(
      key,
      'is a private key',
      'Verify with its public key, cosign.pub; "kitwright public-key" prints it.',
    );
  return parsePublicKey(text, key);
}
