import { timingSafeEqual } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { KitwrightError } from '@kitwright/core/plugin';

/** Waits on loopback for the browser of a user who logged in (RFC 8252, 7.3). */
export interface CodeListener extends AsyncDisposable {
  /** Where the issuer sends the browser. */
  readonly url: string;
  /** The code to exchange for a token. Rejects with `unauthorized` if it is refused, or does not come in time. */
  readonly code: Promise<string>;
}

/** ms */
const patience = 5 * 60_000;

/** Only an answer with this `state` counts: any page can send a browser here. */
export async function listenForCode(state: string, signal: AbortSignal): Promise<CodeListener> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  // Who never asks must not end the process.
  promise.catch(() => undefined);
  const server = createServer(({ url = '' }, response) => {
    // Anybody on this machine may ask for anything, also for what is no address: `//`.
    const asked = URL.parse(url, 'http://127.0.0.1');
    const code = asked?.searchParams.get('code');
    if (asked?.pathname !== '/auth/callback' || !isSame(asked.searchParams.get('state') ?? '', state))
      return tell(response, 404, 'This is not the page that was asked for.');
    if (code) {
      tell(response, 200, 'You are logged in. You may close this page.');
      return resolve(code);
    }
    tell(response, 400, 'The login was refused. You may close this page.');
    return reject(new KitwrightError('unauthorized', 'The OIDC issuer refused the login.'));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const timer = setTimeout(() => reject(new KitwrightError('unauthorized', 'Nobody logged in in time.')), patience);
  const stop = () => reject(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/auth/callback`,
    code: promise,
    [Symbol.asyncDispose]: async () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      server.closeAllConnections();
      server.close();
    },
  };
}

function isSame(text: string, secret: string): boolean {
  const [a, b] = [Buffer.from(text), Buffer.from(secret)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function tell(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' }).end(`${text}\n`);
}
