import { randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemError } from '@kitwright/core/internal';
import type { TimedEvent } from '../watching/WatchEvent.ts';
import { answer } from './answer.ts';
import { createEventStreams, type EventStreams } from './createEventStreams.ts';
import type { PageData } from './PageData.ts';
import { renderPage } from './renderPage.ts';

/** A page of a running watch. */
export interface Dashboard extends AsyncDisposable, Pick<EventStreams, 'tell' | 'look'> {
  /** Holds the token: whoever has it may look. */
  readonly url: string;
}

export interface DashboardOptions {
  /** ms since 1970. */
  readonly now: () => number;
  /** A free one by default. */
  readonly port?: number | undefined;
  readonly others?: PageData['others'];
}

const tokenBytes = 16;

const host = '127.0.0.1';

/** More than all pages that somebody looks at need. */
const mostConnections = 64;

/** Time in ms for the first lines of a request. */
const headersTimeout = 5_000;

/**
 * Serves the page of a directory on the loopback interface; `events` are those of earlier watches. Throws
 * `report-failed`.
 */
export async function serveDashboard(
  directory: string,
  events: readonly TimedEvent[],
  { now, port: wanted = 0, others = [] }: DashboardOptions,
): Promise<Dashboard> {
  const token = randomBytes(tokenBytes).toString('hex');
  const streams = createEventStreams(events);
  const page = () => renderPage({ live: true, directory, writtenAt: now(), events: [], others });
  const server = createServer(answerer({ token, page, openStream: streams.open }));
  // Others of this machine may open connections too: they must not use up the descriptors of the watch.
  server.maxConnections = mostConnections;
  server.headersTimeout = headersTimeout;
  const port = await listen(server, wanted);
  return {
    url: `http://${host}:${port}/${token}/`,
    tell: streams.tell,
    look: streams.look,
    [Symbol.asyncDispose]: async () => {
      streams.end();
      await close(server);
    },
  };
}

type Page = ReturnType<typeof renderPage>;

interface Served {
  readonly token: string;
  readonly page: () => Page;
  readonly openStream: RequestListener;
}

/** Answers this machine's browser, if it knows the token: with the page, or with a stream of events. */
function answerer({ token, page, openStream }: Served): RequestListener {
  return (request, response) => {
    const [, given = '', name, ...rest] = (request.url ?? '').split('/');
    if (!isOurs(request)) return answer(response, 403, 'This page is for this machine alone.\n');
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return answer(response, 405, 'This page is read-only.\n', { Allow: 'GET, HEAD' });
    if (!sameText(given, token) || rest.length) return answer(response, 404, 'There is nothing here.\n');
    if (name === '') return sendPage(response, page());
    return name === 'events' && request.method === 'GET'
      ? openStream(request, response)
      : answer(response, 404, 'There is nothing here.\n');
  };
}

/**
 * A name that somebody points at this machine (DNS rebinding) is not ours, and no other page may ask. Source: RFC 9110,
 * 7.2; RFC 6454, 7.
 */
function isOurs({ headers, socket }: IncomingMessage): boolean {
  const hosts = [`${host}:${socket.localPort}`, `localhost:${socket.localPort}`];
  const { origin } = headers;
  return (
    hosts.includes(headers.host ?? '') && (origin === undefined || hosts.some((own) => origin === `http://${own}`))
  );
}

function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function sendPage(response: ServerResponse, { html, policy }: Page): void {
  answer(response, 200, html, {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy': `${policy}; frame-ancestors 'none'`,
  });
}

/** Listens on the port (0 = a free one), and gives it. */
async function listen(server: Server, wanted: number): Promise<number> {
  server.listen(wanted, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    throw systemError(error, 'report-failed', 'serve', wanted ? `${host}:${wanted}` : host);
  }
  // The page must not keep a finished watch alive.
  server.unref();
  return (server.address() as AddressInfo).port;
}

/** Waits this long, in ms, for pages to close their connections. */
const patience = 500;

async function close(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeIdleConnections();
  const cut = setTimeout(() => server.closeAllConnections(), patience);
  await closed;
  clearTimeout(cut);
}
