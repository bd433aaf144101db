import { errnoOf, isTransientFailure, KitwrightError, messageOf, type TakeBlock } from '@kitwright/core/plugin';
import type { Dispatcher } from 'undici';
import type { LazyAgent } from './lazyAgent.ts';
import { defaultStallTimeout } from './RegistryOptions.ts';
import { type PouredAnswer, requestPoured } from './requestPoured.ts';

export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: RequestBody | undefined;
  /** The answer's body will be poured. */
  readonly pours?: boolean;
}

/** Bytes to send: made anew for each try. */
export interface RequestBody {
  /** Bytes; known before, since registries want a Content-Length. */
  readonly length: number;
  readonly open: () => AsyncIterable<Uint8Array>;
}

export interface HttpAnswer {
  readonly status: number;
  readonly url: URL;
  readonly header: (name: string) => string | undefined;
  readonly body: AsyncIterable<Uint8Array>;
  /** Gives the body block by block; rejects with what `take` throws. */
  readonly pour: (take: TakeBlock) => Promise<void>;
  /** Reads on to the end and drops it, or cuts the connection if there is too much. */
  readonly discard: () => Promise<void>;
}

/** Requests whose answer may take long: the commit of a large blob is verified before it is answered. */
const thinks: ReadonlySet<string> = new Set(['PUT', 'PATCH']);
/** Time in ms for which a server may think. */
const answerTimeout = 300_000;

const maxDiscard = 64 * 1024;

/** Sends one request, once. Throws `network-failed`, or what the body's source throws. */
export async function dispatch(
  agent: LazyAgent,
  request: HttpRequest,
  signal: AbortSignal,
  stallTimeout: number = defaultStallTimeout,
): Promise<HttpAnswer> {
  const { method, url } = request;
  const stop = new AbortController();
  let sourceError: unknown;
  const stalling = request.body && watchStall(request.body, stallTimeout, stop);
  const body =
    stalling &&
    async function* () {
      try {
        yield* stalling.open();
      } catch (error) {
        sourceError = error;
        throw error;
      }
    };
  const options: Dispatcher.DispatchOptions = {
    origin: url.origin,
    path: `${url.pathname}${url.search}`,
    method,
    headers: headersOf(request),
    headersTimeout: thinks.has(method) ? answerTimeout : stallTimeout,
    // Else undici gives the connection up after each HEAD, also where the answer says keep-alive: a TLS handshake for
    // each layer of a push.
    reset: false,
  };
  // The length that a HEAD is answered with is not that of a body.
  const limit = method === 'HEAD' ? Number.MAX_SAFE_INTEGER : maxDiscard;
  const send = async () => {
    if (request.pours) {
      const answer = await requestPoured(await agent.pouring(), options, signal);
      return { ...answer, ...poured(answer) };
    }
    const answer = await (await agent.get()).request({
      ...options,
      signal: AbortSignal.any([signal, stop.signal]),
      ...(body ? { body: body() } : {}),
    } as unknown as Dispatcher.RequestOptions);
    return { statusCode: answer.statusCode, headers: answer.headers, ...streamed(answer, limit) };
  };
  try {
    const { statusCode, headers, body: bytes, pour, discard } = await send();
    return {
      status: statusCode,
      url,
      header: (name) => {
        const value = headers[name];
        return Array.isArray(value) ? value.join(', ') : value;
      },
      body: bytes,
      pour,
      discard,
    };
  } catch (error) {
    if (sourceError !== undefined) throw sourceError;
    signal.throwIfAborted();
    throw networkError(request, error);
  } finally {
    stalling?.end();
  }
}

/** Ends an upload into which no byte goes for too long. */
function watchStall(body: RequestBody, stallTimeout: number, stop: AbortController) {
  let timer: NodeJS.Timeout | undefined;
  let ended = false;
  const rest = () => clearTimeout(timer);
  const arm = () => {
    rest();
    if (!ended) timer = setTimeout(() => stop.abort(), stallTimeout);
  };
  return {
    /** The answer is there, or will never be: a body that is still read watches nothing, and keeps no process alive. */
    end: () => {
      ended = true;
      rest();
    },
    open: async function* () {
      for await (const bytes of body.open()) {
        arm();
        yield bytes;
        rest();
      }
    },
  };
}

function headersOf({ headers = {}, body }: HttpRequest): Record<string, string> {
  return {
    ...headers,
    ...(body ? { 'content-length': String(body.length) } : {}),
  };
}

/** A poured answer may be an error too, which is read as a body. */
function poured({ pour }: PouredAnswer): Pick<HttpAnswer, 'body' | 'pour' | 'discard'> {
  const collect = async (): Promise<Uint8Array> => {
    const parts: Uint8Array[] = [];
    let left = maxDiscard;
    await pour((bytes) => {
      left -= bytes.byteLength;
      if (left < 0) throw new Error('a body of this kind is not read any further');
      parts.push(Buffer.from(bytes));
    });
    return Buffer.concat(parts);
  };
  return {
    body: (async function* () {
      yield await collect();
    })(),
    pour,
    discard: async () => {
      await collect().catch(() => undefined);
    },
  };
}

function streamed({ body }: Dispatcher.ResponseData, limit: number): Pick<HttpAnswer, 'body' | 'pour' | 'discard'> {
  return {
    body,
    pour: async (take) => {
      for await (const bytes of body) take(bytes as Uint8Array);
    },
    discard: async () => {
      await body.dump({ limit }).catch(() => undefined);
    },
  };
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
  EPROTO: 'it does not speak TLS',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by nobody who is trusted',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is signed by nobody who is trusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is signed by nobody who is trusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate is signed by nobody who is trusted',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host',
  UND_ERR_ABORTED: 'it stopped accepting',
};

/** A failure of the network, as opposed to an answer that says no. */
export function networkError(request: HttpRequest, error: unknown): KitwrightError {
  const code = errnoOf(error) ?? '';
  const why = words[code] ?? messageOf(error).split('\n')[0];
  return new KitwrightError('network-failed', `${shownRequest(request)} failed: ${why}.`, {
    data: { request: shownRequest(request), ...(code ? { errno: code } : {}) },
    cause: error,
    ...hintFor(request, code),
  });
}

/** The request as errors show it: no query, which may hold signatures. */
export function shownRequest({ method, url }: HttpRequest): string {
  return `${method} ${url.origin}${url.pathname}`;
}

function hintFor({ url }: HttpRequest, code: string): { readonly hint?: string } {
  if (/CERT|LEAF_SIGNATURE/.test(code)) return { hint: 'Name its authority with --tls-cert or SSL_CERT_FILE.' };
  const plain = url.protocol === 'https:' && /EPROTO|SSL|TLS/.test(code);
  return plain ? { hint: 'If the registry speaks plain HTTP, use --plain-http.' } : {};
}

export function isRetriable(error: unknown): boolean {
  return error instanceof KitwrightError && error.code === 'network-failed' && isTransientFailure(error.cause);
}
