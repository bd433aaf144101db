import { setTimeout } from 'node:timers/promises';
import { KitwrightError, messageOf } from '@kitwright/core';
import type { HubOptions } from './HubOptions.ts';

/** Times that a request is tried without any progress. */
export const maxAttempts = 5;
const firstDelay = 500;
/** A host that asks for more patience than this (ms) is not waited for. */
const maxRetryAfter = 60_000;
/** Answers of the API are read into memory: bytes. */
const maxAnswer = 64 * 1024 * 1024;

/** A request to the hub, or to where it sends one. */
export type HubFetch = (url: string, headers?: Readonly<Record<string, string>>) => Promise<Response>;

const isBusy = (status: number): boolean => status === 429 || status >= 500;

/** Why a request failed, if that may pass by itself. */
export class Passing extends Error {
  /** ms. */
  readonly retryAfter: number | undefined;
  constructor(message: string, retryAfter?: number, cause?: unknown) {
    super(message, { cause });
    this.retryAfter = retryAfter;
  }
}

const retryAfter = (header: string | null): number | undefined =>
  header !== null && /^\d{1,6}$/.test(header) ? Number(header) * 1000 : undefined;

const hints: Readonly<Record<number, string>> = {
  401: 'Set HF_TOKEN or --token; the repository may also not exist.',
  403: 'The repository may be gated: accept its terms on its page, and set HF_TOKEN or --token.',
  404: 'Check the name and the revision; of a private repository the hub says the same without a token.',
};

const refused = (url: URL, { status }: Response): KitwrightError =>
  new KitwrightError(
    status === 401 || status === 403 ? 'unauthorized' : 'remote-refused',
    `${url.host} answered ${status} to GET ${url.pathname}.`,
    { data: { host: url.host, status }, ...(hints[status] ? { hint: hints[status] } : {}) },
  );

/** Sends requests; the token goes to the hub itself and to nobody else, also not along a redirect. Throws `Passing`, `unauthorized`, `remote-refused`. */
export const createHubFetch =
  (options: HubOptions, hub: URL, token: string | undefined, signal: AbortSignal): HubFetch =>
  async (address, headers = {}) => {
    const url = new URL(address);
    const authorization = token && url.origin === hub.origin ? { authorization: `Bearer ${token}` } : {};
    const response = await options
      .fetch(url, { headers: { ...headers, ...authorization }, signal })
      .catch((error: unknown) => {
        if (signal.aborted) throw signal.reason;
        const cause = error instanceof Error && error.cause ? error.cause : error;
        throw new Passing(`${url.host} cannot be reached: ${messageOf(cause)}`, undefined, error);
      });
    if (response.ok || response.status === 416) return response;
    await response.body?.cancel();
    if (isBusy(response.status))
      throw new Passing(`${url.host} answered ${response.status}`, retryAfter(response.headers.get('retry-after')));
    throw refused(url, response);
  };

const failed = (error: Passing): KitwrightError =>
  new KitwrightError('network-failed', `${error.message}.`, { cause: error });

const standardWait = async (ms: number, signal: AbortSignal): Promise<void> => {
  await setTimeout(ms, undefined, { signal }).catch(() => undefined);
};

/** Tries again what may pass, with growing delays; `progress` says that the last try got somewhere. Throws `network-failed`. */
export const retrying = async <T>(
  { wait = standardWait }: HubOptions,
  signal: AbortSignal,
  work: () => Promise<T>,
  progress: () => boolean = () => false,
): Promise<T> => {
  for (let attempt = 1; ; attempt++) {
    signal.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Passing)) throw error;
      if (progress()) attempt = 1;
      if (attempt >= maxAttempts || (error.retryAfter ?? 0) > maxRetryAfter) throw failed(error);
      await wait(error.retryAfter ?? firstDelay * 2 ** attempt * (0.5 + Math.random() / 2), signal);
    }
  }
};

async function* bounded(body: AsyncIterable<Uint8Array>, host: string): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const bytes of body) {
    size += bytes.byteLength;
    if (size > maxAnswer)
      throw new KitwrightError('remote-malformed', `The answer of ${host} is larger than ${maxAnswer} bytes.`);
    yield bytes;
  }
}

/**
 * The `fetch` for the hub's client: it retries, reads no endless answer, leaves the hub for no page of a list, and asks no page twice.
 * Throws `remote-malformed` and what requests throw.
 */
export const createApiFetch = (options: HubOptions, hub: URL, request: HubFetch, signal: AbortSignal): typeof fetch => {
  const asked = new Set<string>();
  return async (input) => {
    const url = new URL(String(input));
    if (url.origin !== hub.origin || asked.has(url.href))
      throw new KitwrightError(
        'remote-malformed',
        `${hub.host} sends its list on to ${url.origin}${url.pathname}, in a circle or away.`,
      );
    asked.add(url.href);
    const response = await retrying(options, signal, () => request(url.href, { accept: 'application/json' }));
    const { status, headers, body } = response;
    return new Response(body && ReadableStream.from(bounded(body, hub.host)), { status, headers });
  };
};
