import { definePlugin, type OpenContext, type Plugin } from '@kitwright/core/plugin';
import type { CertifiedKey } from './certificates/certifiedKey.ts';

export type { CertifiedKey } from './certificates/certifiedKey.ts';

/** Signs kits and verifies them with X.509 certificates, as notation does. What it needs is loaded when somebody signs. */
export function notation(): Plugin {
  return definePlugin({
    name: '@kitwright/notation',
    apiVersion: 1,
    apply({ register }) {
      register('signer', {
        id: 'notation',
        open: async (options, context) => (await import('./openSigner.ts')).openSigner(options, context),
      });
      register('verifier', {
        id: 'notation',
        open: async (options, context) => (await import('./openVerifier.ts')).openVerifier(options, context),
      });
    },
  });
}

/**
 * For signatures of other kinds: gives the key of the first of some certificates in DER, if it is for signing and below
 * one of these roots, which are files in PEM. Throws `key-invalid`; what it gives throws `signature-invalid`.
 */
export async function certifiedKeys(
  roots: readonly string[],
  context: Pick<OpenContext, 'env'>,
): Promise<(certificates: readonly Uint8Array[]) => CertifiedKey> {
  return (await import('./certificates/certifiedKey.ts')).certifiedKeys(roots, context);
}

/** The certificates in a file in PEM, in DER, if the first of them is for signing. Throws `key-invalid`. */
export async function signingCertificates(
  name: string,
  context: Pick<OpenContext, 'env'>,
): Promise<readonly Uint8Array[]> {
  return (await import('./certificates/certifiedKey.ts')).signingCertificates(name, context);
}
