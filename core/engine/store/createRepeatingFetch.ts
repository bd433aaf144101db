import { messageOf } from '../errors/errorData.ts';
import { KitwrightError } from '../errors/KitwrightError.ts';
import { connectionError, type RetryOptions, retrying, TransientError } from './retrying.ts';
import { isTransientStatus, networkFailure, retryAfterOf } from './retryPolicy.ts';
import { unencodedFetch } from './unencodedFetch.ts';

/**
 * The `fetch` of all plugins, by one that only sends: retries, and redirects that take no credentials to another host
 * (RFC 9110, 15.4). An answer that may be another one later is tried again and given in the end. Throws
 * `network-failed`, `remote-refused` for a redirect that is not followed, `remote-malformed` (see `unencodedFetch`).
 */
export function createRepeatingFetch(
  client: typeof fetch,
  options: Pick<RetryOptions, 'signal' | 'wait'>,
): typeof fetch {
  const send = unencodedFetch(client);
  return async (input, init) => {
    const request = requestOf(input, init);
    const signal = request.signal ?? options.signal;
    if (!isRepeatable(request)) return follow(send, request);
    return retrying((isLast) => attempt(() => follow(send, request), request, isLast), { wait: options.wait, signal });
  };
}

/** What is sent. */
interface Sent extends RequestInit {
  readonly url: URL;
  readonly method: string;
  readonly headers: Headers;
}

/** A `Request` of Node's own fetch is unknown to the client, so it is taken apart. */
function requestOf(input: string | URL | Request, init: RequestInit = {}): Sent {
  if (!(input instanceof Request)) {
    const { method = 'GET', headers } = init;
    return { ...init, url: new URL(input), method: method.toUpperCase(), headers: new Headers(headers) };
  }
  const { url, method, headers, body, signal, redirect } = new Request(input, init);
  const streamed: object = body ? { body, duplex: 'half' } : {};
  return { ...streamed, url: new URL(url), method, headers, signal, redirect };
}

const once: ReadonlySet<string> = new Set(['POST', 'PATCH']);

/** May the request be sent twice? A stream can be read once only. */
function isRepeatable({ method, body }: Sent): boolean {
  return (
    !once.has(method) && (!body || typeof body === 'string' || ArrayBuffer.isView(body) || body instanceof ArrayBuffer)
  );
}

async function attempt(send: () => Promise<Response>, { url, signal }: Sent, isLast: boolean): Promise<Response> {
  const response = await send().catch((error: unknown) => {
    signal?.throwIfAborted();
    const cut = networkFailure(error);
    throw cut ? connectionError(`${url.host} cannot be reached: ${messageOf(cut)}`, cut) : error;
  });
  if (isLast || !isTransientStatus(response.status)) return response;
  await response.body?.cancel();
  throw new TransientError(`${url.host} answered ${response.status}`, {
    retryAfter: retryAfterOf(response.headers.get('retry-after'), Date.now()),
  });
}

const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const maxRedirects = 10;

async function follow(send: typeof fetch, first: Sent): Promise<Response> {
  const isFollowing = (first.redirect ?? 'follow') === 'follow';
  let request = first;
  for (let count = 0; ; count++) {
    const { url, ...init } = request;
    const response = await send(url, { ...init, redirect: isFollowing ? 'manual' : (first.redirect ?? 'manual') });
    const location = response.headers.get('location');
    if (!isFollowing || !redirects.has(response.status) || location === null) return response;
    await response.body?.cancel();
    if (count === maxRedirects) throw refused(url, 'redirects too often');
    request = redirected(request, location, response.status);
  }
}

/** The headers that go to another host too; whatever else there is may be a secret. */
const harmless: ReadonlySet<string> = new Set(['accept', 'accept-encoding', 'content-type', 'range', 'user-agent']);

function redirected(request: Sent, location: string, status: number): Sent {
  const url = URL.parse(location, request.url.href);
  if (!url || !/^https?:$/.test(url.protocol)) throw refused(request.url, 'redirects to an address that is none');
  if (request.url.protocol === 'https:' && url.protocol !== 'https:')
    throw refused(request.url, 'redirects out of TLS');
  const headers = new Headers(request.headers);
  if (url.origin !== request.url.origin)
    for (const name of [...headers.keys()]) if (!harmless.has(name)) headers.delete(name);
  if (!becomesGet(request.method, status)) {
    if (request.body && !isRepeatable(request))
      throw refused(request.url, 'redirects a body that can be sent only once');
    return { ...request, url, headers };
  }
  const { body: _, ...rest } = request;
  headers.delete('content-type');
  return { ...rest, url, method: 'GET', headers };
}

function becomesGet(method: string, status: number): boolean {
  return (status === 303 && method !== 'HEAD') || (status < 303 && method === 'POST');
}

function refused({ host }: URL, what: string): KitwrightError {
  return new KitwrightError('remote-refused', `${host} ${what}.`, { data: { host } });
}
