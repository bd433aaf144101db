import {
  collectBody,
  connectionError,
  isObject,
  type JsonObject,
  KitwrightError,
  messageOf,
  networkFailure,
  type OpenContext,
  parseJsonObject,
} from '@kitwright/core/plugin';

/** The REST API of a Kubeflow Model Registry (its OpenAPI document, version v1). */
export interface RegistryApi {
  readonly host: string;
  /** Undefined if what is asked for does not exist. */
  readonly get: (path: string, query?: Readonly<Record<string, string>>) => Promise<JsonObject | undefined>;
  /** Makes something, once: what may have been done is not tried again. */
  readonly post: (path: string, body: JsonObject) => Promise<JsonObject>;
}

/** The registry of `MODEL_REGISTRY_URL`, with the token of `MODEL_REGISTRY_TOKEN` or the stored login. Throws `usage`. */
export async function createApi(context: OpenContext): Promise<RegistryApi> {
  const url = addressOf(context.env['MODEL_REGISTRY_URL']);
  const login = await loginFor(url.host, context);
  const send = async (
    path: string,
    init: RequestInit,
    expected: readonly number[],
  ): Promise<JsonObject | undefined> => {
    const headers = { accept: 'application/json', 'user-agent': context.userAgent, ...login, ...init.headers };
    const response = await context
      .fetch(`${url.href}${path}`, { ...init, headers, signal: context.signal })
      .catch((error: unknown) => {
        const cut = networkFailure(error);
        throw cut ? connectionError(`${url.host} cannot be reached: ${messageOf(cut)}`, cut) : error;
      });
    const body = objectIn(await bytesOf(response, url.host), url.host, response.ok);
    if (response.ok) return body;
    if (expected.includes(response.status)) return undefined;
    throw refused(url.host, path, response.status, body);
  };
  return {
    host: url.host,
    get: (path, query) => send(query ? `${path}?${new URLSearchParams(query)}` : path, {}, [404]),
    post: async (path, body) => {
      const headers = { 'content-type': 'application/json' };
      return (await send(path, { method: 'POST', headers, body: JSON.stringify(body) }, [])) ?? {};
    },
  };
}

/** Ends with a slash. An address without a path gets that of the API. */
function addressOf(text: string | undefined): URL {
  const url = text ? URL.parse(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.search)
    throw new KitwrightError('usage', 'MODEL_REGISTRY_URL does not name a Model Registry.', {
      hint: 'Set it to an address such as https://registry.example.com, without a login.',
    });
  const path = url.pathname === '/' ? '/api/model_registry/v1' : url.pathname.replace(/(?<!\/)\/+$/, '');
  return new URL(`${path}/`, url.origin);
}

async function loginFor(host: string, { env, credentials }: OpenContext): Promise<Readonly<Record<string, string>>> {
  const found = env['MODEL_REGISTRY_TOKEN'] ? { token: env['MODEL_REGISTRY_TOKEN'] } : await credentials(host);
  if (!found) return {};
  const basic = (login: string) => `Basic ${Buffer.from(login).toString('base64')}`;
  return {
    authorization: 'token' in found ? `Bearer ${found.token}` : basic(`${found.username}:${found.password}`),
  };
}

/** The largest answer that is read into memory, in bytes. */
const maxAnswer = 4 * 1024 * 1024;

function bytesOf(response: Response, host: string): Promise<Buffer> {
  return collectBody(response, maxAnswer, () => malformed(host, `it is larger than ${maxAnswer} bytes`));
}

/** Errors may come from what stands before the registry: they need not be JSON. */
function objectIn(bytes: Uint8Array, host: string, isDemanded: boolean): JsonObject {
  try {
    return parseJsonObject(bytes, `answer of ${host}`);
  } catch (cause) {
    if (!isDemanded) return {};
    throw malformed(host, 'it is no JSON object', cause);
  }
}

function refused(host: string, path: string, status: number, { message }: JsonObject): KitwrightError {
  const why = typeof message === 'string' && message ? `: ${message.slice(0, 300)}` : '.';
  const hint = hints[status];
  return new KitwrightError(
    status === 401 || status === 403 ? 'unauthorized' : 'remote-refused',
    `${host} answered ${status} to ${path.replace(/\?.*/s, '')}${why}`,
    { data: { host, status }, ...(hint ? { hint } : {}) },
  );
}

/** By status. Registries up to 0.3.8 speak v1alpha3 only. */
const hints: Readonly<Record<number, string>> = {
  401: 'Set MODEL_REGISTRY_TOKEN.',
  403: 'Set MODEL_REGISTRY_TOKEN.',
  404: 'An older registry speaks another version: set MODEL_REGISTRY_URL to https://host/api/model_registry/v1alpha3.',
};

export function malformed(host: string, why: string, cause?: unknown): KitwrightError {
  return new KitwrightError('remote-malformed', `An answer of ${host} is not usable: ${why}.`, { cause });
}

/** The ID of what an answer describes. */
export function idOf(answer: unknown, host: string): string {
  const id = isObject(answer) ? answer['id'] : undefined;
  if (typeof id === 'string' && /^\w+$/.test(id)) return id;
  throw malformed(host, 'it has no ID');
}
