import { KitwrightError, standardWait } from '@kitwright/core/plugin';
import type { Authorizer } from './authorizer.ts';
import { dispatch, type HttpAnswer, type HttpRequest, isRetriable, shownRequest } from './dispatch.ts';
import type { LazyAgent } from './lazyAgent.ts';
import type { RegistryOptions } from './RegistryOptions.ts';
import { backoff, maxAttempts, maxRetryAfter, retryAfter } from './retryDelay.ts';

/** Sends requests to one registry: authorised, redirected where that is safe, tried again where that helps. */
export interface RegistryClient {
  readonly origin: URL;
  readonly send: (request: HttpRequest, scopes: readonly string[]) => Promise<HttpAnswer>;
  /** One try, without waiting: for requests whose failure needs another look first. */
  readonly sendOnce: (request: HttpRequest, scopes: readonly string[]) => Promise<HttpAnswer>;
  readonly pause: (attempt: number, answer?: HttpAnswer) => Promise<void>;
}

const maxRedirects = 5;
const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const busy: ReadonlySet<number> = new Set([408, 429, 502, 503, 504]);

export function createClient(
  origin: URL,
  agent: LazyAgent,
  authorizer: Authorizer,
  options: RegistryOptions,
): RegistryClient {
  const { signal, wait = standardWait } = options;
  const follow = async (request: HttpRequest): Promise<HttpAnswer> => {
    let current = request;
    for (let hops = 0; hops <= maxRedirects; hops++) {
      const answer = await dispatch(agent, current, signal, options.stallTimeout);
      if (!redirects.has(answer.status) || (request.method !== 'GET' && request.method !== 'HEAD')) return answer;
      await answer.discard();
      current = redirected(current, answer);
    }
    throw new KitwrightError(
      'remote-malformed',
      `${shownRequest(request)} was redirected more than ${maxRedirects} times.`,
    );
  };
  const authorized = async (request: HttpRequest, scopes: readonly string[]): Promise<HttpAnswer> => {
    const authorization = request.url.origin === origin.origin ? await authorizer.header(scopes) : undefined;
    const headers = {
      'user-agent': options.userAgent,
      ...request.headers,
      ...(authorization ? { authorization } : {}),
    };
    return follow({ ...request, headers });
  };
  const sendOnce = async (request: HttpRequest, scopes: readonly string[]): Promise<HttpAnswer> => {
    for (let tries = 0; ; tries++) {
      const answer = await authorized(request, scopes);
      if (answer.status !== 401 || tries === 2 || !(await authorizer.challenged(answer, scopes))) return answer;
      await answer.discard();
    }
  };
  const pause = async (attempt: number, answer?: HttpAnswer): Promise<void> => {
    const asked = retryAfter(answer?.header('retry-after'), Date.now());
    if (asked !== undefined && asked > maxRetryAfter)
      throw new KitwrightError('remote-refused', `${origin.host} asks to come back in ${Math.round(asked / 1000)} s.`);
    const why = answer ? `${origin.host} answered ${answer.status}` : `The connection to ${origin.host} failed`;
    await wait(asked ?? backoff(attempt), signal, why);
  };
  const send = async (request: HttpRequest, scopes: readonly string[]): Promise<HttpAnswer> => {
    for (let attempt = 0; ; attempt++) {
      signal.throwIfAborted();
      const last = attempt === maxAttempts - 1;
      let answer: HttpAnswer;
      try {
        answer = await sendOnce(request, scopes);
      } catch (error) {
        if (last || !isRetriable(error)) throw error;
        await pause(attempt);
        continue;
      }
      if (last || !busy.has(answer.status)) return answer;
      await answer.discard();
      await pause(attempt, answer);
    }
  };
  return { origin, send, sendOnce, pause };
}

/** Where a redirect leads. Secrets stay with the host that they are for, and encryption is never given up. */
function redirected(request: HttpRequest, answer: HttpAnswer): HttpRequest {
  const location = answer.header('location');
  const refuse = (why: string) =>
    new KitwrightError('remote-malformed', `${shownRequest(request)} was redirected ${why}.`, {
      data: { request: shownRequest(request) },
    });
  if (!location || !URL.canParse(location, request.url.href)) throw refuse('to nowhere');
  const url = new URL(location, request.url);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && request.url.protocol === 'http:'))
    throw refuse(`to an address without encryption (${url.origin})`);
  const { headers = {} } = request;
  return { ...request, url, headers: url.origin === request.url.origin ? headers : without(headers, 'authorization') };
}

function without(headers: Readonly<Record<string, string>>, name: string): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).filter(([key]) => key !== name));
}
