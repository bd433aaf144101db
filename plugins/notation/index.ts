import { definePlugin, type Plugin } from '@kitwright/core/plugin';

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
