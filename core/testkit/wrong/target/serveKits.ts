import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { digestOf } from '@kitwright/core/plugin';

/** A server that keeps what is put (`/blobs/DIGEST`, `/tags/NAME`), for who has the password. */
export interface KitServer extends AsyncDisposable {
  readonly origin: string;
}

export async function serveKits(password: string): Promise<KitServer> {
  const files = new Map<string, Buffer>();
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await Array.fromAsync(request).catch(() => []));
    if (!request.complete) return;
    if (request.headers.authorization !== `Bearer ${password}`) response.writeHead(401).end();
    else answer(files, request, response, body);
  });
  const listening = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', listening.resolve);
  await listening.promise;
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function answer(files: Map<string, Buffer>, request: IncomingMessage, response: ServerResponse, body: Buffer): void {
  const { method, url = '', headers } = request;
  const file = files.get(url);
  if (method === 'PUT') {
    const isRight = !url.startsWith('/blobs/') || digestOf(body) === url.slice('/blobs/'.length);
    if (isRight) files.set(url, body);
    response.writeHead(isRight ? 201 : 400).end();
  } else if (url === '/tags/') {
    const names = [...files.keys()].filter((path) => path.startsWith('/tags/')).map((path) => path.slice(6));
    response.end(JSON.stringify(names));
  } else if (!file) response.writeHead(404).end();
  else if (method === 'DELETE') response.writeHead(files.delete(url) ? 204 : 404).end();
  else {
    const [, start = 0, end = file.byteLength - 1] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '') ?? [];
    const bytes = file.subarray(Number(start), Number(end) + 1);
    response.writeHead(headers.range ? 206 : 200, { 'content-length': bytes.byteLength });
    response.end(method === 'HEAD' ? undefined : bytes);
  }
}
