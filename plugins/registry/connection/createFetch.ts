import { createFollowingFetch } from '@kitwright/core/plugin';
import type { RegistryOptions } from '../RegistryOptions.ts';
import { chooseProxy } from './chooseProxy.ts';
import { fetchLong, isLong } from './fetchLong.ts';
import { type LazyAgent, lazyAgent } from './lazyAgent.ts';
import { refuseInward } from './refuseInward.ts';

/**
 * A `fetch` with the proxies, authorities and timeouts of connections to registries; a redirect takes no credentials to
 * another host, and leads nowhere inside. Loads its client when it is called.
 */
export function createFetch(options: RegistryOptions): typeof fetch {
  const { client, ...following } = createClients(options);
  return createFollowingFetch(client, following);
}

/** Those that only send: to hosts that were named, and without the user's certificate to those to which they lead. */
export function createClients(options: RegistryOptions): FollowingClients {
  const agent = lazyAgent(options);
  const mayLead: FollowingClients['mayLead'] = (from, to) =>
    refuseInward(from, to, (url) => chooseProxy(url, options) !== undefined);
  return { client: sendBy(agent), led: sendBy(agent.withoutCertificate()), mayLead };
}

interface FollowingClients {
  readonly client: typeof fetch;
  readonly led: typeof fetch;
  /** See `refuseInward`. */
  readonly mayLead: (from: URL, to: URL) => Promise<void>;
}

function sendBy(agent: LazyAgent): typeof fetch {
  return async (input, init = {}) => {
    if (input instanceof URL && init.redirect === 'manual' && isLong(input, init))
      return fetchLong(await agent.unbuffered(), input, init);
    const [{ fetch: send }, dispatcher] = await Promise.all([import('./createAgent.ts'), agent.get()]);
    const request = send as unknown as (input: unknown, init: unknown) => Promise<Response>;
    return request(input, { ...init, dispatcher });
  };
}
