import { definePlugin, type OpenContext, type Plugin, type SignerOptions } from '@kitwright/core/plugin';
import type { KeyPair } from './keys/generateKeyPair.ts';

export type { KeyPair } from './keys/generateKeyPair.ts';

/** Signs kits and verifies them with a key, as cosign does. What it needs is loaded when somebody signs. */
export function cosign(): Plugin {
  return definePlugin({
    name: '@kitwright/cosign',
    apiVersion: 1,
    apply({ register }) {
      register('signer', {
        id: 'cosign',
        open: async (options, context) => (await import('./openSigner.ts')).openSigner(options, context),
      });
      register('verifier', {
        id: 'cosign',
        open: async (options, context) => (await import('./openVerifier.ts')).openVerifier(options, context),
      });
    },
  });
}

/** A new key pair: the texts of `cosign.key`, encrypted with the password, and of `cosign.pub`. */
export async function generateKeyPair(password: string): Promise<KeyPair> {
  return (await import('./keys/generateKeyPair.ts')).generateKeyPair(password);
}

/** The text of the public key that belongs to a private key, in a file, a variable or a service. Throws `key-invalid`. */
export async function publicKeyOf(
  key: string,
  password: SignerOptions['password'],
  context: OpenContext,
): Promise<string> {
  return (await import('./publicKeyOf.ts')).publicKeyOf(key, password, context);
}
