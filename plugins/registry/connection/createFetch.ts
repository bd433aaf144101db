import { createFollowingFetch } from '@kitwright/core/plugin';
import type { RegistryOptions } from '../RegistryOptions.ts';
import { chooseProxy } from './chooseProxy.ts';
import { fetchLong, isLong } from './fetchLong.ts';
import { lazyAgent } from './lazyAgent.ts';
import { refuseInward } from './refuseInward.ts';

/**
 * A `fetch` with the proxies, authorities and timeouts of connections to registries; a redirect takes no credentials to
 * another host, and leads nowhere inside. Loads its client when it is called.
 */
export function createFetch(options: RegistryOptions): typeof fetch {
  return createFollowingFetch(createClient(options), { mayLead: mayLead(options) });
}

/** One that only sends. */
export function createClient(options: RegistryOptions): typeof fetch {
  const agent = lazyAgent(options);
  return async (input, init = {}) => {
    if (input instanceof URL && init.redirect === 'manual' && isLong(input, init))
      return fetchLong(await agent.unbuffered(), input, init);
    const [{ fetch: send }, dispatcher] = await Promise.all([import('./createAgent.ts'), agent.get()]);
    const request = send as unknown as (input: unknown, init: unknown) => Promise<Response>;
    return request(input, { ...init, dispatcher });
  };
}

/** See `refuseInward`. */
export function mayLead(options: RegistryOptions): (from: URL, to: URL) => Promise<void> {
  return (from, to) => refuseInward(from, to, (url) => chooseProxy(url, options) !== undefined);
}
