/** The newest events, numbered from 1. */
export interface EventLog {
  readonly add: (text: string) => LoggedEvent;
  /** Those that came after the one with this id, and are still there. */
  readonly after: (id: number) => readonly LoggedEvent[];
}

/** One event of a server-sent stream: its id and its text. */
export interface LoggedEvent {
  readonly id: number;
  readonly text: string;
}

/** Beyond this many the older half goes: the report has them all. */
const standardLimit = 20_000;

export function createEventLog(limit = standardLimit): EventLog {
  let events: readonly LoggedEvent[] = [];
  let next = 1;
  let recent: LoggedEvent[] = [];
  const all = () => [...events, ...recent];
  return {
    add: (text) => {
      const event = { id: next, text };
      next += 1;
      recent.push(event);
      if (recent.length >= limit / 2) [events, recent] = [recent, []];
      return event;
    },
    after: (id) => all().filter((event) => event.id > id),
  };
}
