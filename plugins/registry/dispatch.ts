import { KitwrightError } from '@kitwright/core/plugin';
import type { Dispatcher } from 'undici';
import { streamedBody, unbufferedBody } from './answerBody.ts';
import type { LazyAgent } from './connection/lazyAgent.ts';
import type { HttpAnswer } from './HttpAnswer.ts';
import type { HttpRequest } from './HttpRequest.ts';
import { networkError } from './networkError.ts';
import { defaultStallTimeout } from './RegistryOptions.ts';
import { requestUnbuffered } from './requestUnbuffered.ts';
import { type SentBody, sendBody } from './sendBody.ts';

/** Sends one request, once. Throws `network-failed`, `usage`, or what the body's source throws. */
export async function dispatch(
  agent: LazyAgent,
  request: HttpRequest,
  signal: AbortSignal,
  stallTimeout: number = defaultStallTimeout,
): Promise<HttpAnswer> {
  const body = request.body && sendBody(request.body, stallTimeout);
  try {
    const { statusCode, headers, ...rest } = await send(agent, request, signal, stallTimeout, body);
    return { status: statusCode, url: request.url, header: (name) => joined(headers[name]), ...rest };
  } catch (error) {
    if (body?.sourceError() !== undefined) throw body.sourceError();
    signal.throwIfAborted();
    throw error instanceof KitwrightError ? error : networkError(request, error, agent.proxyOf(request.url));
  } finally {
    body?.end();
  }
}

async function send(
  agent: LazyAgent,
  request: HttpRequest,
  signal: AbortSignal,
  stallTimeout: number,
  body: SentBody | undefined,
) {
  const options = dispatchOptions(request, stallTimeout);
  if (request.unbuffered) {
    const answer = await requestUnbuffered(await agent.unbuffered(), options, signal);
    return { statusCode: answer.statusCode, headers: answer.headers, ...unbufferedBody(answer) };
  }
  const answer = await (await agent.get()).request({
    ...options,
    signal: body ? AbortSignal.any([signal, body.stalled]) : signal,
    ...(body ? { body: body.open() } : {}),
  } as unknown as Dispatcher.RequestOptions);
  return { statusCode: answer.statusCode, headers: answer.headers, ...streamedBody(answer, request.method) };
}

/** Requests whose answer may take long: registries verify a large blob before they answer its commit. */
const thinks: ReadonlySet<string> = new Set(['PUT', 'PATCH']);
/** Time limit for an answer to begin, in ms. */
const answerTimeout = 300_000;

function dispatchOptions(
  { url, method, headers, body }: HttpRequest,
  stallTimeout: number,
): Dispatcher.DispatchOptions {
  return {
    origin: url.origin,
    path: `${url.pathname}${url.search}`,
    method,
    headers: { ...headers, ...(body ? { 'content-length': String(body.length) } : {}) },
    headersTimeout: thinks.has(method) ? answerTimeout : stallTimeout,
    bodyTimeout: stallTimeout,
    // Without this, undici closes the connection after each HEAD, in spite of keep-alive: a TLS handshake for each
    // layer of a push.
    reset: false,
  };
}

function joined(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : value?.join(', ');
}
