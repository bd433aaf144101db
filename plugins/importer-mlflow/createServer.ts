import {
  collectBody,
  connectionError,
  KitwrightError,
  messageOf,
  networkFailure,
  type OpenContext,
  parseJsonObject,
} from '@kitwright/core/plugin';

/** A tracking server. */
export interface TrackingServer {
  /** Without a login and without a slash at its end. */
  readonly address: string;
  readonly host: string;
  /**
   * Sends a GET for a path below the address. The login goes to this server only. Throws `unauthorized`,
   * `remote-refused`, `network-failed`, and a `TransientError` for what may pass.
   */
  readonly send: (path: string, options: SendOptions) => Promise<Response>;
  /**
   * Asks the REST API ("MLflow REST API", version 2.0). Undefined if what is asked for does not exist. Throws
   * `remote-malformed` too.
   */
  readonly ask: (method: string, query?: Readonly<Record<string, string>>) => Promise<ApiAnswer | undefined>;
  /**
   * Changes something by the REST API, once: what may have been done is not tried again. Undefined if what is made is there
   * already. Throws `unauthorized`, `remote-refused`, `network-failed`, `remote-malformed`.
   */
  readonly tell: (method: string, body: object) => Promise<ApiAnswer | undefined>;
}

export interface SendOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Statuses that are given as well. */
  readonly expected?: readonly number[];
  /** Makes it a POST. */
  readonly body?: string;
}

/** An answer of the API: from outside, so nothing is known of its fields. */
export type ApiAnswer = Readonly<Record<string, unknown>>;

/** The server of `MLFLOW_TRACKING_URI`. Throws `usage`. */
export async function createServer(
  context: OpenContext,
  token: string | undefined,
  signal: AbortSignal,
): Promise<TrackingServer> {
  const url = trackingUrl(context.env['MLFLOW_TRACKING_URI']);
  const login = await loginFor(url, token, context);
  const address = `${url.origin}${url.pathname.replace(/(?<!\/)\/+$/, '')}`;
  const send: TrackingServer['send'] = async (path, options) => {
    const headers = { 'user-agent': context.userAgent, ...login, ...options.headers };
    const response = await context
      .fetch(`${address}${path}`, {
        headers,
        signal: options.signal,
        ...(options.body === undefined ? {} : { method: 'POST', body: options.body }),
      })
      .catch((error: unknown) => {
        const cut = networkFailure(error);
        throw cut ? connectionError(`${url.host} cannot be reached: ${messageOf(cut)}`, cut) : error;
      });
    if (response.ok || options.expected?.includes(response.status)) return response;
    await response.body?.cancel();
    throw refused(url.host, path, response);
  };
  const ask: TrackingServer['ask'] = async (method, query = {}) => {
    const text = Object.keys(query).length ? `?${new URLSearchParams(query)}` : '';
    const path = `/api/2.0/${method}${text}`;
    const response = await send(path, { headers: { accept: 'application/json' }, signal, expected: [404] });
    const bytes = await bytesOf(response, url.host);
    if (response.ok) return jsonOf(bytes, url.host);
    // Another 404 than that of the API comes from something that is no tracking server.
    if (bytes.includes('RESOURCE_DOES_NOT_EXIST')) return undefined;
    throw new KitwrightError('remote-refused', `${url.host} does not know the API of MLflow.`, {
      hint: 'Check MLFLOW_TRACKING_URI.',
    });
  };
  const tell: TrackingServer['tell'] = async (method, body) => {
    const path = `/api/2.0/${method}`;
    const headers = { accept: 'application/json', 'content-type': 'application/json' };
    const response = await send(path, { headers, signal, body: JSON.stringify(body), expected: [400] });
    const answer = jsonOf(await bytesOf(response, url.host), url.host);
    if (response.ok) return answer;
    if (answer['error_code'] === 'RESOURCE_ALREADY_EXISTS') return undefined;
    throw new KitwrightError('remote-refused', `${url.host} refused ${method}: ${messageIn(answer)}`, {
      data: { host: url.host, status: response.status },
    });
  };
  return { address, host: url.host, send, ask, tell };
}

/** What a server says of a mistake, no longer than a reader wants it. */
function messageIn({ message, error_code: code }: ApiAnswer): string {
  const text = typeof message === 'string' && message ? message : String(code ?? 'it does not say why');
  return text.length > 300 ? `${text.slice(0, 300)}...` : text;
}

/** The largest answer that is read into memory, in bytes. */
const maxAnswer = 16 * 1024 * 1024;

function trackingUrl(text: string | undefined): URL {
  const url = text ? URL.parse(text) : undefined;
  if (url && /^https?:$/.test(url.protocol)) return url;
  throw new KitwrightError('usage', 'MLFLOW_TRACKING_URI does not name a tracking server.', {
    hint: 'Set it to the address of one, such as https://mlflow.example.com; databases and folders are read by MLflow itself: run `mlflow server` for them.',
  });
}

/** As MLflow's client decides: user and password, then the token; at last what is stored for the host. */
async function loginFor(url: URL, token: string | undefined, { env, credentials }: OpenContext) {
  if (token) return bearer(token);
  const { MLFLOW_TRACKING_USERNAME: user, MLFLOW_TRACKING_PASSWORD: password, MLFLOW_TRACKING_TOKEN: own } = env;
  if (user && password) return basic(user, password);
  if (own) return bearer(own);
  if (url.username) return basic(decodeURIComponent(url.username), decodeURIComponent(url.password));
  const stored = await credentials(url.host);
  if (!stored) return {};
  return 'token' in stored ? bearer(stored.token) : basic(stored.username, stored.password);
}

function bearer(token: string) {
  return { authorization: `Bearer ${token}` };
}

function basic(user: string, password: string) {
  return { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
}

const hints: Readonly<Record<number, string>> = {
  401: 'Set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, MLFLOW_TRACKING_TOKEN, or --token.',
  403: 'This user may not do this with the model.',
};

function refused(host: string, path: string, { status }: Response): KitwrightError {
  return new KitwrightError(
    status === 401 || status === 403 ? 'unauthorized' : 'remote-refused',
    `${host} answered ${status} to ${path.replace(/\?.*/s, '')}.`,
    { data: { host, status }, ...(hints[status] ? { hint: hints[status] } : {}) },
  );
}

function jsonOf(bytes: Uint8Array, host: string): ApiAnswer {
  try {
    return parseJsonObject(bytes, `answer of ${host}`);
  } catch (cause) {
    throw malformed(host, 'it is no JSON object', cause);
  }
}

function bytesOf(response: Response, host: string): Promise<Buffer> {
  return collectBody(response, maxAnswer, () => malformed(host, `it is larger than ${maxAnswer} bytes`));
}

export function malformed(host: string, why: string, cause?: unknown): KitwrightError {
  return new KitwrightError('remote-malformed', `An answer of ${host} is not usable: ${why}.`, { cause });
}
