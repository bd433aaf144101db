import {
  isTransientStatus,
  KitwrightError,
  type RetryOptions,
  retryAfterOf,
  retrying,
  TransientError,
} from '@kitwright/core/plugin';
import type { Authorizer } from './authorizer.ts';
import type { LazyAgent } from './connection/lazyAgent.ts';
import { plainLoopback } from './connection/plainLoopback.ts';
import { refuseInward } from './connection/refuseInward.ts';
import { dispatch } from './dispatch.ts';
import type { HttpAnswer } from './HttpAnswer.ts';
import type { HttpRequest } from './HttpRequest.ts';
import { isRetriable, shownRequest } from './networkError.ts';
import type { RegistryOptions } from './RegistryOptions.ts';

/** Sends requests to one registry, with authorisation, safe redirects and retries. */
export interface RegistryClient {
  readonly origin: URL;
  /** Returns the answer of the last try with any status. Throws `network-failed`, `remote-refused`. */
  readonly send: Send;
  /** Sends once, for callers that must check the state before a retry. A failed connection is a `TransientError`. */
  readonly sendOnce: Send;
  /** For `retrying` an action of several requests. */
  readonly patience: Pick<RetryOptions, 'signal' | 'wait'>;
}

type Send = (request: HttpRequest, scopes: readonly string[]) => Promise<HttpAnswer>;
type SendOne = (request: HttpRequest) => Promise<HttpAnswer>;

export function createClient(
  origin: URL,
  agent: LazyAgent,
  authorizer: Authorizer,
  options: RegistryOptions,
): RegistryClient {
  const { signal, wait } = options;
  const patience = { signal, wait };
  // The client's certificate is for the registry, and not for hosts to which that leads.
  const agentFor = ({ url }: HttpRequest) => (url.origin === origin.origin ? agent : agent.withoutCertificate());
  const following: SendOne = (request) =>
    follow(request, agent, (one) => dispatch(agentFor(one), one, signal, options.stallTimeout));
  const authorized = plainLoopback(
    origin,
    options,
    withAuthorization(following, origin, authorizer, options.userAgent),
  );
  let isChecked: Promise<void> | undefined;
  const checkOrigin = () => {
    isChecked ??= refuseNamed(origin, options.namedBy, agent);
    return isChecked;
  };
  const sendOnce: Send = async (request, scopes) => {
    await checkOrigin();
    // The registry names the address of an upload.
    await refuseInward(origin, request.url, (url) => agent.proxyOf(url) !== undefined);
    return authorized(request, scopes).catch((error: unknown) => {
      throw isRetriable(error)
        ? new TransientError(`The connection to ${origin.host} failed`, { cause: error })
        : error;
    });
  };
  const send: Send = (request, scopes) =>
    retrying(async (isLast) => {
      const answer = await sendOnce(request, scopes);
      return isLast ? answer : await refuseBusy(answer);
    }, patience);
  return { origin, sendOnce, send, patience };
}

/** A kit chose the registry: one from outside may not choose one inside. Throws `remote-refused`. */
async function refuseNamed(origin: URL, namedBy: string | undefined, agent: LazyAgent): Promise<void> {
  const from = URL.parse(`https://${namedBy ?? ''}`);
  if (!from) return;
  await refuseInward(from, origin, (url) => agent.proxyOf(url) !== undefined).catch((error: unknown) => {
    if (!(error instanceof KitwrightError)) throw error;
    const { code, message, data } = error;
    const hint = `A kit from outside must not choose what is asked inside. If it should: --allow-registry ${origin.host}, or "allowRegistry" in your own config.`;
    throw new KitwrightError(code, message, { data, hint });
  });
}

/** Returns an answer, unless its status is temporary: then throws a `TransientError` and drops the body. */
export async function refuseBusy(answer: HttpAnswer): Promise<HttpAnswer> {
  if (!isTransientStatus(answer.status)) return answer;
  await answer.discard();
  throw new TransientError(`${answer.url.host} answered ${answer.status}`, {
    retryAfter: retryAfterOf(answer.header('retry-after'), Date.now()),
  });
}

/** Adds authorisation to requests to the registry itself. A refused token is fetched again. */
function withAuthorization(send: SendOne, origin: URL, authorizer: Authorizer, userAgent: string): Send {
  const headerFor = async ({ url }: HttpRequest, scopes: readonly string[]) =>
    url.origin === origin.origin ? await authorizer.header(scopes) : undefined;
  return async (request, scopes) => {
    for (let tries = 0; ; tries++) {
      const authorization = await headerFor(request, scopes);
      const headers = { 'user-agent': userAgent, ...request.headers, ...(authorization ? { authorization } : {}) };
      const answer = await send({ ...request, headers });
      // The target of a redirect may not ask for the credentials of the registry.
      if (answer.status !== 401 || answer.url.origin !== origin.origin || tries === 2) return answer;
      if (!(await authorizer.challenged(answer, scopes, authorization))) return answer;
      await answer.discard();
    }
  };
}

const maxRedirects = 5;
const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** Follows redirects, but only of requests that change nothing. */
async function follow(request: HttpRequest, agent: LazyAgent, send: SendOne): Promise<HttpAnswer> {
  let current = request;
  for (let hops = 0; hops <= maxRedirects; hops++) {
    const answer = await send(current);
    if (!redirects.has(answer.status) || (request.method !== 'GET' && request.method !== 'HEAD')) return answer;
    await answer.discard();
    const next = redirected(current, answer);
    await refuseInward(current.url, next.url, (url) => agent.proxyOf(url) !== undefined);
    current = next;
  }
  throw new KitwrightError(
    'remote-malformed',
    `${shownRequest(request)} was redirected more than ${maxRedirects} times.`,
  );
}

/** The request to the target of a redirect. Secrets are not sent to another host, and TLS is never dropped. */
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
