import {
  connectionError,
  isTransientStatus,
  KitwrightError,
  messageOf,
  type OpenContext,
  retryAfterOf,
  retrying,
  TransientError,
} from '@kitwright/core/plugin';
import { type JsonRecord, strictJson } from '../../formats/strictJson.ts';

/** A request to a service of Sigstore. */
export interface ServiceCall {
  /** How it is called in messages: `Fulcio`. */
  readonly service: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent with POST; without it the request is a GET. */
  readonly body?: string | Uint8Array;
  /** The server out of whose answer the address is: it may not lead further inside than it is. */
  readonly namedBy?: string;
}

/** ms. Rekor v2 answers when its next checkpoint is there. */
const timeout = 30_000;

/** Bytes of an answer. */
const limit = 1024 * 1024;

/**
 * Asks a service, again after failures that may pass. A redirect is an error: what is sent here may be a token. Throws
 * `usage` for an address that would show it, `unauthorized`, `remote-refused`, `network-failed`.
 */
export function callService(call: ServiceCall, context: OpenContext): Promise<Uint8Array> {
  const url = safeUrl(call);
  return retrying(() => attempt(call, url, context), { signal: context.signal });
}

/** The same for an answer in JSON. */
export async function callJson(call: ServiceCall, context: OpenContext): Promise<JsonRecord> {
  const bytes = await callService(call, context);
  try {
    return strictJson(bytes, 'answer');
  } catch (error) {
    throw serviceError(call, `gave an answer that cannot be read: ${messageOf(error)}`, error);
  }
}

const loopback: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** An address at which nobody listens along. Throws `usage`. */
export function safeUrl({ service, url }: Pick<ServiceCall, 'service' | 'url'>): URL {
  const parsed = URL.parse(url);
  if (parsed?.protocol === 'https:' && !parsed.username) return parsed;
  if (parsed?.protocol === 'http:' && loopback.has(parsed.hostname)) return parsed;
  throw new KitwrightError('usage', `The address of ${service} must begin with https://: ${JSON.stringify(url)}.`);
}

async function attempt(
  { service, headers = {}, body, namedBy }: ServiceCall,
  url: URL,
  context: OpenContext,
): Promise<Uint8Array> {
  const { fetch, userAgent, signal } = context;
  const request = {
    method: body === undefined ? 'GET' : 'POST',
    headers: { 'user-agent': userAgent, ...headers },
    redirect: 'manual',
    signal: AbortSignal.any([signal, AbortSignal.timeout(timeout)]),
    ...(body === undefined ? {} : { body: body as RequestInit['body'] & {} }),
    ...(namedBy === undefined ? {} : { referrer: namedBy }),
  } as const;
  const response = await fetch(url, request).catch((error: unknown) => {
    signal.throwIfAborted();
    throw connectionError(`${service} (${url.host}) could not be reached`, error);
  });
  const bytes = await readBounded(response, service);
  if (response.ok) return bytes;
  const error = answerError(response, service, url, bytes);
  // What only reads was tried again already.
  if (body !== undefined || !(error instanceof TransientError)) throw error;
  throw new KitwrightError('network-failed', `${error.message}.`, { cause: error });
}

async function readBounded({ body }: Response, service: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > limit) throw serviceError({ service }, `sent more than ${limit} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function answerError({ status, headers }: Response, service: string, { host }: URL, bytes: Uint8Array): Error {
  const sentence = `${service} (${host}) answered ${status}${reasonIn(bytes)}`;
  if (isTransientStatus(status))
    return new TransientError(sentence, { retryAfter: retryAfterOf(headers.get('retry-after'), Date.now()) });
  const code = status === 401 || status === 403 ? 'unauthorized' : 'remote-refused';
  return new KitwrightError(code, `${sentence}.`, { data: { service, host, status } });
}

/** Characters of what a service says about a failure. */
const maxReason = 200;

function reasonIn(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.subarray(0, 4 * maxReason)).toString();
  const said = /"(?:message|error_description|error)"\s*:\s*"((?:[^"\\]|\\.)*)"/.exec(text)?.[1];
  const reason = said?.replace(/[^\x20-\x7e]/g, '?').slice(0, maxReason);
  return reason ? `: ${reason.replace(/\.$/, '')}` : '';
}

export function serviceError({ service }: Pick<ServiceCall, 'service'>, why: string, cause?: unknown): KitwrightError {
  return new KitwrightError('remote-refused', `${service} ${why}.`, cause === undefined ? {} : { cause });
}
