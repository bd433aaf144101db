import { createSign, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface TokenServer extends AsyncDisposable {
  readonly url: string;
  /** Requested scopes, one list for each request. */
  readonly asked: readonly (readonly string[])[];
}

export interface TokenServerOptions {
  /** PEM files: the key that signs, and the certificate that the registry trusts. */
  readonly key: string;
  readonly certificate: string;
  readonly issuer: string;
  readonly service: string;
  readonly username: string;
  readonly password: string;
  /** Lifetime of a token in seconds. */
  readonly holds: number;
}

/** A token service on loopback with one user. */
export async function startTokenServer(options: TokenServerOptions): Promise<TokenServer> {
  const asked: string[][] = [];
  const server = createServer((request, response) => {
    const scopes = new URL(request.url ?? '/', 'http://x').searchParams
      .getAll('scope')
      .flatMap((scope) => scope.split(' '));
    if (!isUser(request, options)) return void response.writeHead(401).end();
    asked.push(scopes);
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ token: sign(scopes, options), expires_in: options.holds }));
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`,
    asked,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

function isUser(request: IncomingMessage, { username, password }: TokenServerOptions): boolean {
  return request.headers.authorization === `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

/**
 * A token as a registry of distribution takes it: RS256, with the certificate in its header (distribution, token auth
 * specification).
 */
function sign(scopes: readonly string[], options: TokenServerOptions): string {
  const certificate = readFileSync(options.certificate, 'utf8').replace(/-----[^-]+-----|\s/g, '');
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iss: options.issuer,
    sub: options.username,
    aud: options.service,
    exp: now + options.holds,
    nbf: now - 10,
    iat: now,
    jti: randomUUID(),
    access: scopes.map(accessOf),
  };
  const signed = `${base64({ typ: 'JWT', alg: 'RS256', x5c: [certificate] })}.${base64(claims)}`;
  return `${signed}.${createSign('RSA-SHA256').update(signed).sign(readFileSync(options.key)).toString('base64url')}`;
}

function accessOf(scope: string) {
  const [type = '', ...rest] = scope.split(':');
  return { type, name: rest.slice(0, -1).join(':'), actions: (rest.at(-1) ?? '').split(',') };
}

function base64(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
