import type { RegistryOptions } from '../RegistryOptions.ts';
import { lazyAgent } from './lazyAgent.ts';

/**
 * A `fetch` with the proxies, authorities and timeouts of connections to registries. Loads its client when it is
 * called.
 */
export function createFetch(options: RegistryOptions): typeof fetch {
  const agent = lazyAgent(options);
  return async (input, init) => {
    const [{ fetch: send }, dispatcher] = await Promise.all([import('./createAgent.ts'), agent.get()]);
    const request = send as unknown as (input: unknown, init: unknown) => Promise<Response>;
    return request(input, { ...init, dispatcher });
  };
}
