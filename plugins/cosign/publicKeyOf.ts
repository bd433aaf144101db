import type { OpenContext, SignerOptions } from '@kitwright/core/plugin';
import { openSigningKey } from './keys/openSigningKey.ts';
import { publicKeyText } from './keys/publicKey.ts';
import { serviceKey } from './keys/serviceKey.ts';

/** The text of the public key of a private one. A service gives it without signing. Throws `key-invalid`. */
export async function publicKeyOf(
  key: string,
  password: SignerOptions['password'],
  context: OpenContext,
): Promise<string> {
  const service = serviceKey(key, context);
  const publicKey = service ? await service.publicKey() : (await openSigningKey(key, password, context)).publicKey;
  return publicKeyText(publicKey);
}
