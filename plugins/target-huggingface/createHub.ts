import {
  collectBody,
  connectionError,
  KitwrightError,
  messageOf,
  networkFailure,
  type OpenContext,
  retrying,
  type Wait,
} from '@kitwright/core/plugin';
import { answerError } from './answerError.ts';

/** A hub, or a server that speaks its API. */
export interface Hub {
  /** Without a slash at its end. */
  readonly address: string;
  readonly host: string;
  readonly signal: AbortSignal;
  /** Says what is done now. */
  readonly progress: (doing: string) => void;
  /** Sends a request; tries again what may pass. An answer with a status that is not wanted is thrown as an error. */
  readonly send: (request: HubRequest) => Promise<Response>;
  /** The same with JSON, both ways; a GET without a body. Throws `remote-malformed` too. */
  readonly ask: (path: string, body?: unknown, wanted?: readonly number[]) => Promise<HubAnswer>;
}

export interface HubRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Makes the body anew for each try. */
  readonly body?: () => NonNullable<RequestInit['body']>;
  /** By default each status that says success. */
  readonly wanted?: readonly number[] | undefined;
}

/** `body` is undefined where the status says no success. */
export interface HubAnswer {
  readonly status: number;
  readonly body: unknown;
}

const publicHub = 'https://huggingface.co';

/** The hub of `HF_ENDPOINT`, with the token of `HF_TOKEN` or the login stored for its host. Throws `usage`. */
export async function createHub(context: OpenContext, wait: Wait | undefined): Promise<Hub> {
  const url = endpointOf(context.env['HF_ENDPOINT'] || publicHub);
  const token = await tokenFor(url, context);
  const { signal, progress } = context;
  const address = url.href.replace(/\/$/, '');
  const send: Hub['send'] = (request) =>
    // The context's `fetch` tries a GET again itself.
    request.method === 'GET'
      ? attempt(request, url, token, context)
      : retrying(() => attempt(request, url, token, context), { signal, ...(wait ? { wait } : {}) });
  const ask: Hub['ask'] = async (path, body, wanted) => {
    const text = JSON.stringify(body);
    const response = await send({
      url: `${address}${path}`,
      headers: { accept: 'application/json', 'content-type': 'application/json' },
      ...(body === undefined ? { method: 'GET' } : { method: 'POST', body: () => text }),
      wanted,
    });
    return { status: response.status, body: response.ok ? await jsonOf(response, url.host) : await drop(response) };
  };
  return { address, host: url.host, signal, progress, send, ask };
}

function endpointOf(text: string): URL {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return new URL(text);
  throw new KitwrightError('usage', `HF_ENDPOINT must be an address, not ${JSON.stringify(text)}.`);
}

async function tokenFor({ host }: URL, { env, credentials }: OpenContext): Promise<string | undefined> {
  if (env['HF_TOKEN']) return env['HF_TOKEN'];
  const found = await credentials(host);
  return found && ('token' in found ? found.token : found.password);
}

async function attempt(request: HubRequest, hub: URL, token: string | undefined, context: OpenContext) {
  const { method, headers, body, wanted } = request;
  const url = new URL(request.url);
  // Storage is at other hosts, which never get the token.
  const isHub = url.origin === hub.origin;
  const login = token && isHub ? { authorization: `Bearer ${token}` } : {};
  // The hub names the addresses of its storage.
  const init: RequestInit = { referrer: hub.href, ...(body ? { body: body(), duplex: 'half' } : {}) };
  const response = await context
    .fetch(url, { ...init, method, headers: { 'user-agent': context.userAgent, ...login, ...headers } })
    .catch((error: unknown) => {
      const cut = networkFailure(error);
      throw cut ? connectionError(`${url.host} cannot be reached: ${messageOf(cut)}`, cut) : error;
    });
  if (wanted ? wanted.includes(response.status) : response.ok) return response;
  await drop(response);
  throw answerError(response, method, url, isHub);
}

async function drop(response: Response): Promise<undefined> {
  await response.body?.cancel();
  return undefined;
}

/** The largest answer that is read into memory, in bytes. */
const maxAnswer = 16 * 1024 * 1024;

/** Reads an answer as JSON. Throws `remote-malformed`. */
export async function jsonOf(response: Response, host: string): Promise<unknown> {
  const tooLarge = () => malformed(host, `it is larger than ${maxAnswer} bytes`);
  const bytes = await collectBody(response, maxAnswer, tooLarge);
  try {
    return JSON.parse(bytes.toString());
  } catch (cause) {
    throw malformed(host, 'it is no JSON', cause);
  }
}

export function malformed(host: string, why: string, cause?: unknown): KitwrightError {
  return new KitwrightError('remote-malformed', `The answer of ${host} is not usable: ${why}.`, { cause });
}
