import { resolve } from 'node:path';
import { jsonText } from '../output/createResults.ts';
import type { Session } from '../Session.ts';
import { formatWatchEvent } from './formatWatchEvent.ts';
import type { WatchEvent } from './WatchEvent.ts';
import type { WatchFeed } from './watchFeed.ts';

/** Version of the lines of `--json`. */
const lineVersion = 1;

export interface PrintOptions {
  readonly withCommand: boolean;
  /** Printed with each event; undefined = there is only one directory. */
  readonly directory: string | undefined;
}

/**
 * Prints the events of a watch: kits on stdout, the rest on stderr; with `--json` every event as a line on stdout. With
 * a command, stdout is the command's, so all goes to stderr.
 */
export function printEvents(
  { output, options }: Session,
  feed: WatchFeed,
  { withCommand, directory }: PrintOptions,
): void {
  const where = directory === undefined ? {} : { directory: resolve(directory) };
  let waited: ReadonlySet<string> = new Set();
  /** People are told of each path once, as long as it is waited for. */
  const withoutKnown = (event: WatchEvent): WatchEvent => {
    if (event.type !== 'waiting') return event;
    const known = waited;
    waited = new Set(event.waiting.map(({ path }) => path));
    return { ...event, waiting: event.waiting.filter(({ path }) => !known.has(path)) };
  };
  const formatted = (event: WatchEvent): readonly string[] => {
    const lines = [formatWatchEvent(withoutKnown(event), withCommand && output.stderrIsTerminal) ?? []].flat();
    return directory === undefined ? lines : lines.map((line) => `${directory}: ${line}`);
  };
  feed.listen((event) => {
    const document = options.json ? jsonText({ v: lineVersion, ...where, ...event }) : undefined;
    const lines = document ?? formatted(event);
    if (lines.length === 0) return;
    if (withCommand || (document === undefined && event.type !== 'kit')) output.message(lines);
    else if (document === undefined) output.result(lines);
    else output.document(document);
  });
}
