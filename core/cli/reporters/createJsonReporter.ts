import type { Reporter } from './Reporter.ts';

/** Version of the event lines. */
export const eventVersion = 1;

/** One JSON object per line: `{"v":1,"type":...}`. */
export function createJsonReporter(line: (text: string) => void): Reporter {
  return {
    event: (event) => line(JSON.stringify({ v: eventVersion, ...event })),
    around: (write) => write(),
    close: () => undefined,
  };
}
