import { createServer, type IncomingMessage, type ServerResponse, request as sendRequest } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { serverCertificate, serverKey } from '../../plugins/registry/testing/certificates.ts';

export interface FrontOptions {
  /** With TLS, for localhost, registry.test, 127.0.0.1 and ::1. */
  readonly tls?: ServerOptions;
  readonly address?: '127.0.0.1' | '::1';
  /** The target of a redirect for a request; undefined if the request is forwarded. */
  readonly redirect?: (request: IncomingMessage) => string | undefined;
}

/** One request as it was received. */
export interface FrontRequest {
  readonly line: string;
  readonly authorization: string | undefined;
  /** The name on the client's certificate. */
  readonly client: string | undefined;
}

export interface Front extends AsyncDisposable {
  readonly port: number;
  readonly requests: readonly FrontRequest[];
}

/** Forwards requests to a server on this machine (`host:port`): with TLS, at IPv6, or with redirects. */
export async function startFront(behind: string, options: FrontOptions = {}): Promise<Front> {
  const { tls, address = '127.0.0.1', redirect = () => undefined } = options;
  const requests: FrontRequest[] = [];
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    requests.push({
      line: `${request.method} ${request.url}`,
      authorization: request.headers.authorization,
      client: tls && clientOf(request),
    });
    const location = redirect(request);
    if (location) return void response.writeHead(307, { location }).end();
    return passOn(behind, request, response);
  };
  const server = tls
    ? createTlsServer({ cert: serverCertificate, key: serverKey, ...tls }, answer)
    : createServer(answer);
  const listening = Promise.withResolvers<void>();
  server.listen(0, address, listening.resolve);
  await listening.promise;
  return {
    port: (server.address() as AddressInfo).port,
    requests,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function clientOf({ socket }: IncomingMessage): string | undefined {
  const name = (socket as TLSSocket).getPeerCertificate().subject?.CN;
  return Array.isArray(name) ? name[0] : name;
}

function passOn(behind: string, request: IncomingMessage, response: ServerResponse): void {
  const { method = 'GET', url: path = '/', headers } = request;
  const [host, port] = behind.split(':');
  const onward = sendRequest({ host, port, method, path, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 500, answer.headers);
    answer.pipe(response);
  });
  request.pipe(onward);
}
