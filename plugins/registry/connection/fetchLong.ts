import { lentStreamOf } from '@kitwright/core/plugin';
import type { Dispatcher } from 'undici';
import { requestUnbuffered, type UnbufferedAnswer } from '../requestUnbuffered.ts';

/** A part of at least this many bytes uses a connection with reused memory, as blobs of registries do. */
const longBytes = 8 * 1024 * 1024;

/** Is it a plain GET of a long part? Of the rest, `fetch` knows what is long only when it is there. */
export function isLong({ protocol, username, password }: URL, { method = 'GET', headers, body }: RequestInit): boolean {
  const { range, 'accept-encoding': encoding = 'identity' } = Object.fromEntries(new Headers(headers));
  const [, start, end] = /^bytes=(\d{1,16})-(\d{1,16})$/.exec(range ?? '') ?? [];
  const isPlain = method === 'GET' && !body && encoding === 'identity' && !username && !password;
  return isPlain && /^https?:$/.test(protocol) && Number(end) - Number(start) + 1 >= longBytes;
}

/**
 * As `fetch`, for what `isLong`, without following redirects. The body is a stream of bytes as that of `fetch`; who
 * reads it into a buffer of his own (`takeBody`) causes no garbage.
 */
export async function fetchLong(dispatcher: Dispatcher, url: URL, init: RequestInit): Promise<Response> {
  const stop = new AbortController();
  const signal = init.signal ? AbortSignal.any([stop.signal, init.signal]) : stop.signal;
  const headers = { accept: '*/*', 'accept-encoding': 'identity', ...Object.fromEntries(new Headers(init.headers)) };
  const request = { origin: url.origin, path: `${url.pathname}${url.search}`, method: 'GET', headers } as const;
  const answer = await requestUnbuffered(dispatcher, request, signal);
  const body = hasNone.has(answer.statusCode) ? stop.abort() : bodyOf(answer, stop);
  const response = new Response(body ?? null, { status: answer.statusCode, headers: headersOf(answer) });
  return Object.defineProperty(response, 'url', { value: url.href });
}

/** Fetch standard, "null body status". */
const hasNone: ReadonlySet<number> = new Set([204, 205, 304]);

/** Nothing is read before somebody asks. Who cancels it closes the connection. */
function bodyOf(answer: UnbufferedAnswer, stop: AbortController): ReadableStream {
  const blocks = lentStreamOf({ read: (_, take) => answer.read(take) }, { start: 0, end: Number.POSITIVE_INFINITY });
  const next = blocks[Symbol.asyncIterator]();
  let rest: Uint8Array = new Uint8Array(0);
  const source: UnderlyingByteSource = {
    type: 'bytes',
    pull: async (controller) => {
      while (rest.byteLength === 0) {
        const { done, value } = await next.next();
        if (done) return closed(controller);
        rest = value;
      }
      rest = rest.subarray(give(rest, controller));
    },
    cancel: (reason) => stop.abort(reason),
  };
  // Node's types know no streams of bytes.
  return new ReadableStream(source as object, { highWaterMark: 0 });
}

/** Streams standard, 4.2.3. */
interface UnderlyingByteSource {
  readonly type: 'bytes';
  readonly pull: (controller: Filled) => Promise<void>;
  readonly cancel: (reason: unknown) => void;
}

/** Node's types lack the buffer of the reader (Streams standard, 4.7.2). */
interface Filled extends Omit<ReadableByteStreamController, 'byobRequest'> {
  readonly byobRequest: {
    readonly view: Uint8Array<ArrayBuffer>;
    readonly respond: (bytes: number) => void;
  } | null;
}

function closed(controller: Filled): void {
  controller.close();
  // A reader with a buffer waits until it is told that nothing came into it.
  controller.byobRequest?.respond(0);
}

/** Gives as many bytes as there is room for, and says how many. */
function give(bytes: Uint8Array, controller: Filled): number {
  const { byobRequest } = controller;
  if (!byobRequest) {
    controller.enqueue(new Uint8Array(bytes));
    return bytes.byteLength;
  }
  const { view } = byobRequest;
  const count = Math.min(view.byteLength, bytes.byteLength);
  view.set(bytes.subarray(0, count));
  byobRequest.respond(count);
  return count;
}

function headersOf({ headers }: UnbufferedAnswer): Headers {
  const all = new Headers();
  for (const [name, values] of Object.entries(headers))
    for (const value of [values ?? []].flat()) all.append(name, value);
  return all;
}
