import { errnoOf, KitwrightError } from '@kitwright/core/plugin';
import type { HttpRequest } from '../HttpRequest.ts';
import type { RegistryOptions } from '../RegistryOptions.ts';
import { isThisMachine } from './isThisMachine.ts';

/**
 * Uses plain HTTP for a registry on this machine without TLS, as docker and oras do: no byte leaves the machine, and
 * there is a message. Not with a setting for certificates, which means that TLS is expected. `origin` then has the
 * other protocol.
 */
export function plainLoopback<A>(
  origin: URL,
  options: RegistryOptions,
  send: (request: HttpRequest, scopes: readonly string[]) => Promise<A>,
): typeof send {
  if (origin.protocol !== 'https:' || !isLoopback(origin) || meansTls(options)) return send;
  return async (request, scopes) => {
    const sent = atOrigin(request, origin);
    try {
      return await send(sent, scopes);
    } catch (error) {
      if (sent.url.protocol !== 'https:' || !speaksNoTls(error, sent.url.origin)) throw error;
      rememberPlain(origin, options);
      return await send(atOrigin(request, origin), scopes);
    }
  };
}

function isLoopback({ hostname }: URL): boolean {
  return isThisMachine(hostname.replace(/^\[(.*)\]$/, '$1'));
}

function meansTls({ tlsCerts, cert, key }: RegistryOptions): boolean {
  return Boolean(tlsCerts?.length || cert || key);
}

/** Adapts a request that was made before the protocol was known. */
function atOrigin(request: HttpRequest, origin: URL): HttpRequest {
  if (request.url.host !== origin.host || request.url.protocol === origin.protocol) return request;
  const url = new URL(request.url);
  url.protocol = origin.protocol;
  return { ...request, url };
}

const answersOfPlainServers: ReadonlySet<string> = new Set([
  'EPROTO',
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'ERR_SSL_PACKET_LENGTH_TOO_LONG',
]);

/** Did the registry itself, not the target of a redirect, answer without TLS? */
function speaksNoTls(error: unknown, origin: string): boolean {
  if (!(error instanceof KitwrightError)) return false;
  const isItself = String(error.data['request']).includes(` ${origin}/`);
  return isItself && answersOfPlainServers.has(errnoOf(error.cause) ?? '');
}

const plainHosts = new WeakMap<RegistryOptions, Set<string>>();

function rememberPlain(origin: URL, options: RegistryOptions): void {
  const hosts = plainHosts.get(options) ?? new Set<string>();
  plainHosts.set(options, hosts);
  if (!hosts.has(origin.host))
    options.warn?.(`${origin.host} is on this machine and does not speak TLS: plain HTTP is used.`);
  hosts.add(origin.host);
  origin.protocol = 'http:';
}

/** Has a registry on this machine answered without TLS before? */
export function isKnownPlain(host: string, options: RegistryOptions): boolean {
  return plainHosts.get(options)?.has(host) ?? false;
}
