import { Agent, type Dispatcher, errors, Pool, ProxyAgent } from 'undici';
import { defaultStallTimeout, type RegistryOptions } from '../RegistryOptions.ts';
import { tlsSettingsOf } from './checkConnection.ts';
import { chooseProxy } from './chooseProxy.ts';
import { createConnector } from './createConnector.ts';
import { proxyFailure } from './proxyFailure.ts';

export { fetch } from 'undici';

/** Connections of one kind. */
export interface Connections {
  readonly dispatcher: Dispatcher;
  /** Closes open connections. */
  readonly destroy: () => Promise<void>;
}

/**
 * The connections to all hosts: HTTP/1.1 only, because uploads over HTTP/2 stall at some hosts, each directly or
 * through its proxy. With `reuse` a plain connection reads into reused memory: only for `requestUnbuffered`.
 * `timeout` for a connection, in ms.
 */
export function createAgent(options: RegistryOptions, reuse: boolean, timeout: number): Connections {
  const common = {
    allowH2: false,
    bodyTimeout: options.stallTimeout ?? defaultStallTimeout,
    keepAliveTimeout: 10_000,
  };
  const tls = () => ({ timeout, allowH2: false, ...tlsSettingsOf(options) });
  const direct = new Agent({ connect: createConnector(tls, timeout, reuse), ...common });
  const proxied = new Map<string, ProxyAgent>();
  const through = (proxy: URL, protocol: string): Dispatcher => {
    const encrypted = [proxy.protocol, protocol].includes('https:');
    const key = `${proxy.href} ${encrypted}`;
    const settings = encrypted ? tls() : { timeout };
    const agent =
      proxied.get(key) ??
      new ProxyAgent({
        ...addressOf(proxy),
        requestTls: settings,
        proxyTls: settings,
        // For the proxy to say whether it connects.
        clientFactory: (address, given) => new Pool(address, { ...given, headersTimeout: timeout }),
        ...common,
      } as ProxyAgent.Options);
    proxied.set(key, agent);
    return agent;
  };
  const dispatcher = direct.compose((dispatch) => (asked, handler) => {
    const request = { headersTimeout: waitFor(asked, options), ...asked };
    refuseInforming(handler, request.headersTimeout ?? undefined);
    const url = new URL(String(request.origin));
    const proxy = chooseProxy(url, options);
    if (!proxy) return dispatch(request, handler);
    const { onResponseError } = handler;
    handler.onResponseError = (controller, error) =>
      onResponseError?.call(handler, controller, proxyFailure(error, proxy) as Error);
    return through(proxy, url.protocol).dispatch(request, handler);
  });
  return {
    dispatcher,
    destroy: async () => {
      await Promise.all([direct, ...proxied.values()].map((agent) => agent.destroy()));
    },
  };
}

/** In ms. What is only read begins soon; who was sent something may have to work on it (undici's own limit). */
function waitFor({ method }: Dispatcher.DispatchOptions, { stallTimeout = usualWait }: RegistryOptions): number {
  return method === 'GET' || method === 'HEAD' ? stallTimeout : 300_000;
}

/** Answers before the one that is waited for (RFC 9110, 15.2), a server sends one or two; and ms for all of them. */
const [mostInforming, usualWait] = [100, 60_000];

/** Each of them begins the time for an answer anew: with one a second a request would be waited for without an end. */
function refuseInforming(handler: Dispatcher.DispatchHandler, wait = usualWait): void {
  const { onResponseStart } = handler;
  let [count, until] = [0, Number.POSITIVE_INFINITY];
  handler.onResponseStart = (controller, status, ...rest) => {
    // What was sent before may have taken its time.
    until = Math.min(until, performance.now() + wait);
    if (status < 200 && (++count > mostInforming || performance.now() > until))
      controller.abort(new errors.HeadersTimeoutError());
    else onResponseStart?.call(handler, controller, status, ...rest);
  };
}

/** Passes name and password separately, because undici refuses a literal `%` in the URL. */
function addressOf(proxy: URL): Pick<ProxyAgent.Options, 'uri' | 'token'> {
  const { username, password, href } = proxy;
  if (!username) return { uri: href };
  const bare = new URL(href);
  [bare.username, bare.password] = ['', ''];
  const credentials = Buffer.from(`${decoded(username)}:${decoded(password)}`).toString('base64');
  return { uri: bare.href, token: `Basic ${credentials}` };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
