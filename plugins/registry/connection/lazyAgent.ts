import type { Dispatcher } from 'undici';
import type { RegistryOptions } from '../RegistryOptions.ts';
import { chooseProxy } from './chooseProxy.ts';
import type { Connections } from './createAgent.ts';

/** The connections, made with the first request: most commands send nothing, and should not load a client. */
export interface LazyAgent {
  readonly get: () => Promise<Dispatcher>;
  /** Connections for answers that are read into reused memory (`requestUnbuffered`). */
  readonly unbuffered: () => Promise<Dispatcher>;
  /** `host:port` of the proxy, for messages. */
  readonly proxyOf: (url: URL) => string | undefined;
  /** Closes open connections. */
  readonly destroy: () => Promise<void>;
}

export function lazyAgent(options: RegistryOptions): LazyAgent {
  const made = new Map<boolean, Promise<Connections>>();
  const get = async (reuse: boolean) => {
    const connections =
      made.get(reuse) ?? import('./createAgent.ts').then(({ createAgent }) => createAgent(options, reuse));
    made.set(reuse, connections);
    return (await connections).dispatcher;
  };
  return {
    get: () => get(false),
    unbuffered: () => get(true),
    proxyOf: (url) => chooseProxy(url, options)?.host,
    destroy: async () => {
      for (const connections of await Promise.allSettled(made.values()))
        if (connections.status === 'fulfilled') await connections.value.destroy();
    },
  };
}
