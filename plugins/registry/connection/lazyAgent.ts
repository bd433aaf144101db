import type { Dispatcher } from 'undici';
import { defaultDialTimeout, type RegistryOptions } from '../RegistryOptions.ts';
import { chooseProxy } from './chooseProxy.ts';
import type { Connections } from './createAgent.ts';

/** The connections, made with the first request: most commands send nothing, and should not load a client. */
export interface LazyAgent {
  readonly get: () => Promise<Dispatcher>;
  /** Connections for answers that are read into reused memory (`requestUnbuffered`). */
  readonly unbuffered: () => Promise<Dispatcher>;
  /** `host:port` of the proxy, for messages. */
  readonly proxyOf: (url: URL) => string | undefined;
  /** The same without the client's certificate, which is for the registries themselves; `limit` (ms) is for a connection. */
  readonly withoutCertificate: (limit?: number) => LazyAgent;
  /** Closes open connections. */
  readonly destroy: () => Promise<void>;
}

/** `dialTimeout` in ms. */
export function lazyAgent(options: RegistryOptions, dialTimeout = defaultDialTimeout): LazyAgent {
  const made = new Map<boolean, Promise<Connections>>();
  const get = async (reuse: boolean) => {
    const connections =
      made.get(reuse) ?? import('./createAgent.ts').then(({ createAgent }) => createAgent(options, reuse, dialTimeout));
    made.set(reuse, connections);
    return (await connections).dispatcher;
  };
  const bare = new Map<number, LazyAgent>();
  const agent: LazyAgent = {
    get: () => get(false),
    unbuffered: () => get(true),
    proxyOf: (url) => chooseProxy(url, options)?.host,
    withoutCertificate: (limit = dialTimeout) => {
      if (limit === dialTimeout && !hasCertificate(options)) return agent;
      const other = bare.get(limit) ?? lazyAgent(withoutCertificate(options), limit);
      bare.set(limit, other);
      return other;
    },
    destroy: async () => {
      for (const other of bare.values()) await other.destroy();
      for (const connections of await Promise.allSettled(made.values()))
        if (connections.status === 'fulfilled') await connections.value.destroy();
    },
  };
  return agent;
}

function hasCertificate({ cert, key, env }: RegistryOptions): boolean {
  return [cert, key, env['KITOPS_CLIENT_CERT'], env['KITOPS_CLIENT_KEY']].some(Boolean);
}

/** The options without the client's certificate and key. */
export function withoutCertificate(options: RegistryOptions): RegistryOptions {
  const { cert: _, key: __, ...rest } = options;
  const { KITOPS_CLIENT_CERT: ___, KITOPS_CLIENT_KEY: ____, ...env } = options.env;
  return { ...rest, env };
}
