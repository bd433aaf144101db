import {
  collectBody,
  connectionError,
  isTransientStatus,
  KitwrightError,
  messageOf,
  retryAfterOf,
  retrying,
  TransientError,
  unencodedFetch,
} from '@kitwright/core/plugin';
import type { HubOptions } from './HubOptions.ts';

/** A request to the hub, or to a host to which it redirects. */
export type HubFetch = (url: string, headers?: Readonly<Record<string, string>>) => Promise<Response>;

/**
 * Sends requests; the token is sent only to the hub itself, not to the target of a redirect. Throws `TransientError`,
 * `network-failed`, `unauthorized`, `remote-refused`, `remote-malformed` for an answer that is encoded.
 */
export function createHubFetch(
  options: HubOptions,
  hub: URL,
  token: string | undefined,
  signal: AbortSignal,
): HubFetch {
  const send = unencodedFetch(options.fetch);
  return async (address, headers = {}) => {
    const url = new URL(address);
    const authorization = token && url.origin === hub.origin ? { authorization: `Bearer ${token}` } : {};
    const request = { headers: { ...headers, ...authorization }, signal };
    const response = await send(url, request).catch((error: unknown) => {
      if (signal.aborted) throw signal.reason;
      const cause = error instanceof Error && error.cause ? error.cause : error;
      throw connectionError(`${url.host} cannot be reached: ${messageOf(cause)}`, cause);
    });
    if (response.ok || response.status === 416) return response;
    await response.body?.cancel();
    if (isTransientStatus(response.status))
      throw new TransientError(`${url.host} answered ${response.status}`, {
        retryAfter: retryAfterOf(response.headers.get('retry-after'), Date.now()),
      });
    throw refused(url, response);
  };
}

/** The body of an answer; a cut is a `TransientError`. */
export async function* bodyOf(response: Response, host: string): AsyncGenerator<Uint8Array> {
  try {
    for await (const bytes of response.body ?? []) yield bytes;
  } catch (error) {
    throw new TransientError(`The connection to ${host} was cut: ${messageOf(error)}`, { cause: error });
  }
}

const hints: Readonly<Record<number, string>> = {
  401: 'Set HF_TOKEN or --token; the repository may also not exist.',
  403: 'The repository may be gated: accept its terms on its page, and set HF_TOKEN or --token.',
  404: 'Check the name and the revision; the hub also answers so for a private repository without a token.',
};

function refused(url: URL, { status }: Response): KitwrightError {
  return new KitwrightError(
    status === 401 || status === 403 ? 'unauthorized' : 'remote-refused',
    `${url.host} answered ${status} to GET ${url.pathname}.`,
    { data: { host: url.host, status }, ...(hints[status] ? { hint: hints[status] } : {}) },
  );
}

/**
 * The `fetch` for the hub's client: it retries, bounds the size of answers, and requests pages of a list only from the
 * hub and each only once. Throws `remote-malformed` and what requests throw.
 */
export function createApiFetch(options: HubOptions, hub: URL, request: HubFetch, signal: AbortSignal): typeof fetch {
  const asked = new Set<string>();
  return async (input) => {
    const url = new URL(String(input));
    if (url.origin !== hub.origin || asked.has(url.href))
      throw new KitwrightError(
        'remote-malformed',
        `${hub.host} continues its list at ${url.origin}${url.pathname}, in a circle or at another host.`,
      );
    if (asked.size === maxPages)
      throw new KitwrightError('remote-malformed', `${hub.host} continues its list after ${maxPages} pages.`);
    asked.add(url.href);
    const response = await retrying(() => request(url.href, { accept: 'application/json' }), {
      signal,
      wait: options.wait,
    });
    const { status, headers } = response;
    const bytes = await collectBody(response, maxAnswer, () => tooLarge(hub));
    return new Response(bytes.byteLength ? new Uint8Array(bytes) : null, { status, headers });
  };
}

/** A page has up to 1000 files. */
const maxPages = 1000;

/** The largest answer of the API in bytes: as values it takes up to 40 times as much memory. */
const maxAnswer = 16 * 1024 * 1024;

function tooLarge({ host }: URL): KitwrightError {
  return new KitwrightError('remote-malformed', `The answer of ${host} is larger than ${maxAnswer} bytes.`);
}
