import { createServer, request as sendRequest } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { serverCertificate, serverKey } from './certificates.ts';

export interface TestProxy extends AsyncDisposable {
  /** `127.0.0.1:port` */
  readonly host: string;
  /** `METHOD target` of each request, and of each tunnel. */
  readonly requests: readonly string[];
  /** `Proxy-Authorization` of each. */
  readonly credentials: readonly (string | undefined)[];
}

/** A proxy that forwards requests for any host to a port of this machine, or refuses them with a status. */
export async function startProxy(
  leads: { readonly to: number } | { readonly refuse: number },
  { tls = false } = {},
): Promise<TestProxy> {
  const [requests, credentials]: [string[], (string | undefined)[]] = [[], []];
  const open = new Set<Socket>();
  const server = tls ? createTlsServer({ cert: serverCertificate, key: serverKey }) : createServer();
  server.on('request', (request, response) => {
    requests.push(`${request.method} ${request.url}`);
    credentials.push(request.headers['proxy-authorization']);
    if ('refuse' in leads) return void response.writeHead(leads.refuse).end('No.');
    const { pathname, search } = new URL(request.url ?? '');
    const { method = 'GET', headers } = request;
    const onward = sendRequest({ port: leads.to, path: pathname + search, method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    request.pipe(onward);
    return undefined;
  });
  server.on('connect', (request, socket: Socket, head: Buffer) => {
    requests.push(`CONNECT ${request.url}`);
    credentials.push(request.headers['proxy-authorization']);
    if ('refuse' in leads) return void socket.end(`HTTP/1.1 ${leads.refuse} No\r\ncontent-length: 0\r\n\r\n`);
    const onward = connect(leads.to, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      onward.write(head);
      onward.pipe(socket).pipe(onward);
    });
    for (const end of [onward, socket]) open.add(end.on('error', () => undefined));
    return undefined;
  });
  const listening = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', listening.resolve);
  await listening.promise;
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    credentials,
    [Symbol.asyncDispose]: async () => {
      for (const socket of open) socket.destroy();
      server.closeAllConnections();
      server.close();
    },
  };
}
