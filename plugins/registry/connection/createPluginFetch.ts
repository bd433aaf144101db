import { createRepeatingFetch } from '@kitwright/core/plugin';
import type { RegistryOptions } from '../RegistryOptions.ts';
import { createClient, mayLead } from './createFetch.ts';

/** The `fetch` of all plugins, with the user's proxies and authorities. */
export function createPluginFetch(options: RegistryOptions): typeof fetch {
  return createRepeatingFetch(createClient(options), { ...options, mayLead: mayLead(options) });
}
