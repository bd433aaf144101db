import { createRepeatingFetch } from '@kitwright/core/plugin';
import type { RegistryOptions } from '../RegistryOptions.ts';
import { createClients } from './createFetch.ts';

/** The `fetch` of all plugins, with the user's proxies and authorities. */
export function createPluginFetch(options: RegistryOptions): typeof fetch {
  const { client, ...following } = createClients(options);
  return createRepeatingFetch(client, { ...options, ...following });
}
