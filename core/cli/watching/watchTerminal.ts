import { finish, systemClock, type WatchLook, type WatchRequest } from '@kitwright/core/internal/builds';
import type { Session } from '../Session.ts';
import { footerLines } from './footerLines.ts';
import type { KitPusher } from './kitPusher.ts';
import { helpText, type Key, listenToKeys } from './listenToKeys.ts';
import type { KitEvent } from './WatchEvent.ts';
import type { WatchFeed } from './watchFeed.ts';

/** Footer and keys of a watch; without a terminal, nothing. */
export interface WatchTerminal extends Disposable {
  readonly onRequest: (listener: (request: WatchRequest) => void) => void;
  readonly onLook: (look: WatchLook) => void;
  /** Aborted when the user quits. */
  readonly quit: AbortSignal;
}

export interface TerminalOptions {
  readonly session: Session;
  readonly feed: WatchFeed;
  readonly mode: 'events' | 'scan';
  readonly pusher: KitPusher | undefined;
  /** With a training command the terminal belongs to it. */
  readonly enabled: boolean;
  /** Shows the watch in a browser; it reports failures itself. */
  readonly openPage: () => Promise<void>;
}

const clearScreen = '\x1b[2J\x1b[3J\x1b[H';

/** The footer shows seconds, so it is drawn once a second. */
const redraw = 1_000;

/** Draws the footer and listens to keys, if the session has a terminal for both. */
export function createWatchTerminal({
  session,
  feed,
  mode,
  pusher,
  enabled,
  openPage,
}: TerminalOptions): WatchTerminal {
  const { output, options, env, footer } = session;
  const quit = new AbortController();
  const listeners = new Set<(request: WatchRequest) => void>();
  const ask = (request: WatchRequest) => () => {
    for (const listener of listeners) listener(request);
  };
  let look: WatchLook | undefined;
  let last: KitEvent | undefined;
  const draw = () => footer?.(footerLines({ look, mode, pending: pusher?.pending() }, systemClock.now()));
  const push = () => {
    if (!pusher) output.message('There is no --push.');
    else if (pusher.pending()) pusher.now();
    else output.message('Everything is pushed.');
  };
  const references = () =>
    output.message(last ? [...last.names, last.digest].map((line) => `  ${line}`) : 'There is no kit yet.');
  const keys: readonly Key[] = [
    { key: 'h', does: 'show the keys', run: () => output.message(helpText(keys)) },
    { key: 'r', does: 'look now, and build what is complete and whose quiet time is over', run: ask('look') },
    { key: 'b', does: 'build now what is complete, without waiting for quiet times', run: ask('now') },
    { key: 'f', does: 'read every file again, even if its times did not change', run: ask('everything') },
    { key: 'p', does: 'push a waiting kit now', run: push },
    { key: 'u', does: 'show the names of the last kit', run: references },
    { key: 'o', does: 'show the watch as a page in the browser', run: () => void openPage() },
    { key: 'c', does: 'clear the screen', run: () => output.raw(clearScreen) },
    { key: 'q', does: 'quit', run: () => quit.abort(finish) },
  ];
  feed.listen((event) => {
    if (event.type === 'kit') last = event;
  });
  const shows = enabled && footer !== undefined && !options.json;
  const hears = shows && process.stdin.isTTY === true && !env['CI'];
  const timer = shows ? setInterval(draw, redraw).unref() : undefined;
  const listening = hears ? listenToKeys(keys, process.stdin) : undefined;
  if (shows) draw();
  return {
    quit: quit.signal,
    onRequest: (listener) => void listeners.add(listener),
    onLook: (found) => {
      look = found;
      const answer = answerTo(found);
      if (answer && shows) output.message(answer);
      else if (shows) draw();
    },
    [Symbol.dispose]: () => {
      clearInterval(timer);
      listening?.[Symbol.dispose]();
      if (shows) footer?.([]);
    },
  };
}

function answerTo({ request, committed, waiting }: WatchLook): string | undefined {
  if (request === undefined || committed) return undefined;
  return waiting.length ? `Nothing is complete: waiting for ${waiting[0]?.path}.` : 'Nothing has changed.';
}
