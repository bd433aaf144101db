import { definePlugin, type Plugin } from '@kitwright/core/plugin';
import { mayHoldText } from './mayHoldText.ts';
import { scanText } from './scanText.ts';

/** Finds secrets in small text files that are packed: tokens and keys of well-known services. */
export function secrets(): Plugin {
  return definePlugin({
    name: '@kitwright/secrets',
    apiVersion: 1,
    apply({ register }) {
      register('scanner', { id: 'secrets', matches: mayHoldText, scan: scanText });
    },
  });
}
