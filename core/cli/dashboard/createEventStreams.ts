import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TimedEvent } from '../watching/WatchEvent.ts';
import { answer, safeHeaders } from './answer.ts';
import { createEventLog, type LoggedEvent } from './eventLog.ts';
import type { PageLook } from './PageData.ts';

/** Open pages, and what is sent to them. Source: HTML Standard, 9.2 (server-sent events). */
export interface EventStreams {
  readonly tell: (event: TimedEvent) => void;
  readonly look: (look: PageLook) => void;
  /** Starts a stream: what the page has missed, then all that comes. */
  readonly open: (request: IncomingMessage, response: ServerResponse) => void;
  readonly end: () => void;
}

/** What one page may leave unread, in bytes; then it is cut off and comes again from where it was. */
const maxUnread = 4 * 1024 * 1024;

const maxPages = 32;

/** How soon a page that lost us comes back, in ms. */
const retry = 2_000;

/** Streams that begin with `events`. */
export function createEventStreams(events: readonly TimedEvent[]): EventStreams {
  const log = createEventLog();
  for (const event of events) log.add(JSON.stringify(event));
  const pages = new Set<ServerResponse>();
  let lastLook: PageLook | undefined;
  const send = (text: string) => {
    for (const page of pages) {
      if (page.writableLength > maxUnread) page.destroy();
      else page.write(text);
    }
  };
  return {
    tell: (event) => send(eventText(log.add(JSON.stringify(event)))),
    look: (look) => {
      lastLook = look;
      send(lookText(look));
    },
    open: (request, response) => {
      if (pages.size >= maxPages) return answer(response, 503, 'Too many pages are open.\n');
      response.writeHead(200, { ...safeHeaders, 'Content-Type': 'text/event-stream' });
      response.write(`retry: ${retry}\n\n`);
      for (const event of log.after(idOf(request.headers['last-event-id']))) response.write(eventText(event));
      if (lastLook) response.write(lookText(lastLook));
      pages.add(response);
      response.on('close', () => pages.delete(response));
    },
    end: () => {
      for (const page of pages) page.end();
    },
  };
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
