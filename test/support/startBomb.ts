import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';

/** A server that answers everything with a few bytes that would become 64 MiB. */
export interface BombServer extends AsyncDisposable {
  readonly origin: string;
  /** The encodings for which it was asked. */
  readonly asked: readonly unknown[];
}

/** 64 MiB of zeros, compressed twice. */
export const bomb = gzipSync(gzipSync(Buffer.alloc(64 * 1024 * 1024)));

/** `encoding` is what it says of its bytes; by default what they are. */
export async function startBomb(encoding = 'gzip, gzip', status = 200): Promise<BombServer> {
  const asked: unknown[] = [];
  const server = createServer(({ headers }, response) => {
    asked.push(headers['accept-encoding']);
    response.writeHead(status, { 'content-encoding': encoding, 'content-type': 'application/json' }).end(bomb);
  });
  const listening = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', listening.resolve);
  await listening.promise;
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
