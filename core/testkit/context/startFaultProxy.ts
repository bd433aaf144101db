import { createServer, type IncomingMessage, type ServerResponse, request as sendRequest } from 'node:http';
import { request as sendTlsRequest } from 'node:https';
import type { AddressInfo } from 'node:net';

/** A proxy on loopback that leads to one server, and misbehaves when it is told to. */
export interface FaultProxy extends AsyncDisposable {
  /** `http://127.0.0.1:port` */
  readonly origin: string;
  /** `METHOD path` of each request, and when it came (ms). */
  readonly requests: readonly ProxiedRequest[];
  /** What is done to the next requests; may be changed at any time. */
  readonly faults: ProxyFault[];
}

export interface ProxiedRequest {
  readonly method: string;
  readonly path: string;
  readonly at: number;
}

/** A fault: which requests, how many of them, and what is done. */
export interface ProxyFault {
  /** Of the method; any by default. */
  readonly method?: RegExp;
  /** All by default. */
  readonly times?: number;
  readonly action: ProxyAction;
}

export type ProxyAction =
  /** An answer of its own. */
  | { readonly kind: 'status'; readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  /** The connection is reset before anything is answered. */
  | { readonly kind: 'reset' }
  /** The right answer, whose connection is reset after so many bytes of the body; a short body is answered whole. */
  | { readonly kind: 'cut'; readonly bytes: number }
  /** The connection is reset when so many bytes of the request's body have come; a short body is sent on whole. */
  | { readonly kind: 'cut-upload'; readonly bytes: number }
  /** The server does what it is asked for, and the connection is reset instead of its answer. */
  | { readonly kind: 'lost' }
  /** There is never an answer. */
  | { readonly kind: 'silence' };

/** Starts a proxy that leads to `upstream`, an origin. Requests keep their `Host`, because some are signed with it. */
export async function startFaultProxy(upstream: string): Promise<FaultProxy> {
  const [requests, faults]: [ProxiedRequest[], ProxyFault[]] = [[], []];
  const hits = new Map<ProxyFault, number>();
  const server = createServer((request, response) => {
    const { method = 'GET', url: path = '/' } = request;
    requests.push({ method, path, at: performance.now() });
    act(takeFault(faults, hits, method), request, response, upstream);
  });
  const listening = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', listening.resolve);
  await listening.promise;
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    faults,
    [Symbol.asyncDispose]: async () => {
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      server.closeAllConnections();
      await closed.promise;
    },
  };
}

function takeFault(faults: readonly ProxyFault[], hits: Map<ProxyFault, number>, method: string) {
  const fault = faults.find(
    (each) => (each.method?.test(method) ?? true) && (hits.get(each) ?? 0) < (each.times ?? Infinity),
  );
  if (fault) hits.set(fault, (hits.get(fault) ?? 0) + 1);
  return fault?.action;
}

function act(
  action: ProxyAction | undefined,
  request: IncomingMessage,
  response: ServerResponse,
  upstream: string,
): void {
  if (action?.kind === 'silence') return void request.resume();
  if (action?.kind === 'reset') return void request.socket.resetAndDestroy();
  if (action?.kind === 'status') {
    request.resume().on('end', () => response.writeHead(action.status, action.headers).end());
    return;
  }
  forward(action, request, response, new URL(request.url ?? '/', upstream));
}

function forward(
  action: Exclude<ProxyAction, { readonly kind: 'status' | 'reset' | 'silence' }> | undefined,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): void {
  const { method, headers } = request;
  const send = url.protocol === 'https:' ? sendTlsRequest : sendRequest;
  const cut = () => request.socket.resetAndDestroy();
  const onward = send(url, { method, headers, agent: false }, (answer) => {
    if (action?.kind === 'lost') return void answer.resume().on('end', cut);
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    if (action?.kind === 'cut') cutAfter(answer, action.bytes, cut);
    answer.on('error', cut).pipe(response);
  });
  onward.on('error', cut);
  request.on('error', () => onward.destroy());
  response.on('close', () => onward.destroy());
  if (action?.kind === 'cut-upload')
    cutAfter(request, action.bytes, () => {
      onward.destroy();
      cut();
    });
  request.pipe(onward);
}

/** What came until then is passed on first. */
function cutAfter(stream: IncomingMessage, bytes: number, cut: () => void): void {
  let seen = 0;
  stream.on('data', (block: Buffer) => {
    seen += block.byteLength;
    if (seen > bytes) setImmediate(cut);
  });
}
