import { randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemError } from '@kitwright/core/internal';
import type { TimedEvent } from '../watching/WatchEvent.ts';
import { createEventLog, type LoggedEvent } from './eventLog.ts';
import type { PageLook } from './PageData.ts';
import { renderPage } from './renderPage.ts';

/** A page of a running watch. */
export interface Dashboard extends AsyncDisposable {
  /** Holds the token: whoever has it may look. */
  readonly url: string;
  readonly tell: (event: TimedEvent) => void;
  readonly look: (look: PageLook) => void;
}

const tokenBytes = 16;

/** What one listener may leave unread, in bytes; then it is cut off and comes again from where it was. */
const maxUnread = 4 * 1024 * 1024;

/** Pages that listen at the same time. */
const maxListeners = 32;

const safeHeaders = {
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
} as const;

/** How soon a page that lost us comes back, in ms. */
const retry = 2_000;

const host = '127.0.0.1';

/**
 * Serves the page of a directory on the loopback interface; `events` are those of earlier watches. Throws
 * `report-failed`.
 */
export async function serveDashboard(
  directory: string,
  events: readonly TimedEvent[],
  now: () => number,
): Promise<Dashboard> {
  const token = randomBytes(tokenBytes).toString('hex');
  const log = createEventLog();
  for (const event of events) log.add(JSON.stringify(event));
  const listeners = new Set<ServerResponse>();
  let lastLook: PageLook | undefined;
  let port = 0;
  const send = (text: string) => {
    for (const listener of listeners) {
      if (listener.writableLength > maxUnread) listener.destroy();
      else listener.write(text);
    }
  };
  const listen = (request: IncomingMessage, response: ServerResponse) => {
    if (listeners.size >= maxListeners) return answer(response, 503, 'Too many pages are open.\n');
    response.writeHead(200, { ...safeHeaders, 'Content-Type': 'text/event-stream' });
    response.write(`retry: ${retry}\n\n`);
    for (const event of log.after(idOf(request.headers['last-event-id']))) response.write(eventText(event));
    if (lastLook) response.write(lookText(lastLook));
    listeners.add(response);
    return response.on('close', () => listeners.delete(response));
  };
  const sendPage = (response: ServerResponse) => {
    const { html, policy } = renderPage({ live: true, directory, writtenAt: now(), events: [] });
    const headers = {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': `${policy}; frame-ancestors 'none'`,
    };
    answer(response, 200, html, headers);
  };
  const server = createServer((request, response) => {
    const [, given = '', name, ...rest] = (request.url ?? '').split('/');
    if (!isOurs(request, port)) return answer(response, 403, 'This page is for this machine alone.\n');
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return answer(response, 405, 'This page is read-only.\n', { Allow: 'GET, HEAD' });
    if (!sameText(given, token) || rest.length) return answer(response, 404, 'There is nothing here.\n');
    if (name === '') return sendPage(response);
    return name === 'events' && request.method === 'GET'
      ? listen(request, response)
      : answer(response, 404, 'There is nothing here.\n');
  });
  server.listen(0, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    throw systemError(error, 'report-failed', 'serve', host);
  }
  ({ port } = server.address() as AddressInfo);
  // The page must not keep a finished watch alive.
  server.unref();
  return {
    url: `http://${host}:${port}/${token}/`,
    tell: (event) => send(eventText(log.add(JSON.stringify(event)))),
    look: (look) => {
      lastLook = look;
      send(lookText(look));
    },
    [Symbol.asyncDispose]: async () => {
      for (const listener of listeners) listener.end();
      const closed = once(server, 'close');
      server.close();
      server.closeIdleConnections();
      const cut = setTimeout(() => server.closeAllConnections(), 500);
      await closed;
      clearTimeout(cut);
    },
  };
}

function answer(
  response: ServerResponse,
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
) {
  response.writeHead(status, { ...safeHeaders, 'Content-Type': 'text/plain; charset=utf-8', ...headers });
  response.end(response.req.method === 'HEAD' ? undefined : text);
}

function idOf(text: string | readonly string[] | undefined): number {
  return typeof text === 'string' && /^\d{1,15}$/.test(text) ? Number(text) : 0;
}

// A text of JSON has no line break. Source: HTML Standard, 9.2.6 (event streams).
function eventText({ id, text }: LoggedEvent): string {
  return `id: ${id}\ndata: ${text}\n\n`;
}

function lookText(look: PageLook): string {
  return `event: look\ndata: ${JSON.stringify(look)}\n\n`;
}

/**
 * A name that somebody points at this machine (DNS rebinding) is not ours, and no other page may ask. Source: RFC 9110,
 * 7.2; RFC 6454, 7.
 */
function isOurs({ headers }: IncomingMessage, port: number): boolean {
  const hosts = [`${host}:${port}`, `localhost:${port}`];
  const { origin } = headers;
  return (
    hosts.includes(headers.host ?? '') && (origin === undefined || hosts.some((own) => origin === `http://${own}`))
  );
}

function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
