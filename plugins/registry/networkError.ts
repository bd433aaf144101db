import { errnoOf, isTransientFailure, KitwrightError, messageOf } from '@kitwright/core/plugin';
import type { HttpRequest } from './HttpRequest.ts';

/** A failure of the network, as opposed to a refusal. `proxy` is the host of the proxy, if any. */
export function networkError(request: HttpRequest, error: unknown, proxy?: string): KitwrightError {
  const code = errnoOf(error) ?? '';
  const why = words[code] ?? (isNoHttp(error) ? 'it does not speak HTTP' : messageOf(error).split('\n')[0]);
  const through = proxy ? ` (through the proxy ${proxy})` : '';
  return new KitwrightError('network-failed', `${shownRequest(request)} failed: ${why}${through}.`, {
    data: { request: shownRequest(request), ...(code ? { errno: code } : {}), ...(proxy ? { proxy } : {}) },
    cause: error,
    ...hintFor(request, error, code),
  });
}

const words: Readonly<Record<string, string>> = {
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'the name server does not answer',
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  UND_ERR_SOCKET: 'the connection was cut',
  UND_ERR_CONNECT_TIMEOUT: 'it did not accept a connection in time',
  UND_ERR_HEADERS_TIMEOUT: 'it did not answer in time',
  UND_ERR_BODY_TIMEOUT: 'it stopped sending',
  UND_ERR_HEADERS_OVERFLOW: 'the headers of its answer are too long',
  EPROTO: 'it does not speak TLS',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is not signed by a trusted authority',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is not signed by a trusted authority',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is not signed by a trusted authority',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate is not signed by a trusted authority',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host',
  UND_ERR_ABORTED: 'it stopped accepting',
};

/** The parser of undici says so by this name, and often without a code. */
function isNoHttp(error: unknown): boolean {
  return error instanceof Error && error.name === 'HTTPParserError';
}

/** The request as errors show it: without the query, which may hold signatures. */
export function shownRequest({ method, url }: HttpRequest): string {
  return `${method} ${url.origin}${url.pathname}`;
}

function hintFor({ url }: HttpRequest, error: unknown, code: string): { readonly hint?: string } {
  if (/CERT|LEAF_SIGNATURE/.test(code)) return { hint: 'Name its authority with --tls-cert or SSL_CERT_FILE.' };
  if (isNoHttp(error) && url.protocol === 'http:')
    return { hint: 'Is this the port of a registry? It may speak HTTPS.' };
  const plain = url.protocol === 'https:' && /EPROTO|SSL|TLS/.test(code);
  return plain ? { hint: 'If the registry speaks plain HTTP, use --plain-http.' } : {};
}

export function isRetriable(error: unknown): boolean {
  return (
    error instanceof KitwrightError &&
    error.code === 'network-failed' &&
    isTransientFailure(error.cause) &&
    !isNoHttp(error.cause)
  );
}
