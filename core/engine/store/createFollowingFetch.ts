import { KitwrightError } from '../errors/KitwrightError.ts';
import { unencodedFetch } from './unencodedFetch.ts';

export interface FollowingOptions {
  /** Rejects if a server may not lead to this address; by default each may lead anywhere. */
  readonly mayLead?: (from: URL, to: URL) => Promise<void>;
  /** Sends to hosts to which a server led: without a certificate of the user, say. By default as to the others. */
  readonly led?: typeof fetch;
}

/**
 * A `fetch` by one that only sends, whose redirects take no credentials to another host, and lead neither out of TLS nor
 * where they may not (RFC 9110, 15.4). `referrer` names the server that named the address; it is not sent. Throws
 * `remote-refused` for a redirect that is not followed, `remote-malformed` (see `unencodedFetch`).
 */
export function createFollowingFetch(client: typeof fetch, options: FollowingOptions): typeof fetch {
  const follow = following(client, options);
  return async (input, init) => follow(requestOf(input, init));
}

/** The same for a request that was taken apart. */
export function following(
  client: typeof fetch,
  { mayLead, led = client }: FollowingOptions,
): (request: Sent) => Promise<Response> {
  const [send, sendLed] = [unencodedFetch(client), unencodedFetch(led)];
  return ({ referrer, ...request }) => {
    const from = URL.parse(referrer ?? '') ?? undefined;
    const origin = (from ?? request.url).origin;
    return followAll((url, init) => (url.origin === origin ? send : sendLed)(url, init), request, from, mayLead);
  };
}

/** What is sent. */
export interface Sent extends RequestInit {
  readonly url: URL;
  readonly method: string;
  readonly headers: Headers;
}

/** A `Request` of Node's own fetch is unknown to the client, so it is taken apart. */
export function requestOf(input: string | URL | Request, init: RequestInit = {}): Sent {
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
export function isRepeatable({ method, body }: Sent): boolean {
  return (
    !once.has(method) && (!body || typeof body === 'string' || ArrayBuffer.isView(body) || body instanceof ArrayBuffer)
  );
}

const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const maxRedirects = 10;

async function followAll(
  send: (url: URL, init: RequestInit) => Promise<Response>,
  first: Sent,
  from: URL | undefined,
  mayLead: FollowingOptions['mayLead'],
): Promise<Response> {
  const isFollowing = (first.redirect ?? 'follow') === 'follow';
  if (from) await mayLead?.(from, first.url);
  let request: Sent = first;
  for (let count = 0; ; count++) {
    const { url, ...init } = request;
    const response = await send(url, { ...init, redirect: isFollowing ? 'manual' : (first.redirect ?? 'manual') });
    const location = response.headers.get('location');
    if (!isFollowing || !redirects.has(response.status) || location === null) return response;
    await response.body?.cancel();
    if (count === maxRedirects) throw refused(url, 'redirects too often');
    request = redirected(request, location, response.status);
    await mayLead?.(url, request.url);
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
