import { createServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { serverCertificate, serverKey } from './certificates.ts';

/** A server with TLS for localhost and registry.test; it answers with the name on the client's certificate. */
export async function startTlsServer(
  options: ServerOptions = {},
): Promise<AsyncDisposable & { readonly port: number }> {
  const server = createServer({ cert: serverCertificate, key: serverKey, ...options }, (request, response) => {
    const { subject } = (request.socket as TLSSocket).getPeerCertificate();
    response.end(String(subject?.CN ?? 'nobody'));
  });
  const listening = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', listening.resolve);
  await listening.promise;
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
