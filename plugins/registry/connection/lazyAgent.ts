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
  /** The same without the client's certificate, which is for the registries themselves. */
  readonly withoutCertificate: () => LazyAgent;
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
  let bare: LazyAgent | undefined;
  const agent: LazyAgent = {
    get: () => get(false),
    unbuffered: () => get(true),
    proxyOf: (url) => chooseProxy(url, options)?.host,
    withoutCertificate: () => {
      if (!hasCertificate(options)) return agent;
      bare ??= lazyAgent(withoutCertificate(options));
      return bare;
    },
    destroy: async () => {
      await bare?.destroy();
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
