import type { TimedEvent, WatchEvent } from './WatchEvent.ts';

/** Passes the events of a watch to all listeners. */
export interface WatchFeed {
  readonly emit: (event: WatchEvent) => void;
  /** Adds a listener, which gets every event from now on. */
  readonly listen: (listener: (event: TimedEvent) => void) => void;
}

export function createFeed(now: () => number): WatchFeed {
  const listeners = new Set<(event: TimedEvent) => void>();
  return {
    emit: (event) => {
      const timed = { ...event, at: now() };
      for (const listener of listeners) listener(timed);
    },
    listen: (listener) => void listeners.add(listener),
  };
}
