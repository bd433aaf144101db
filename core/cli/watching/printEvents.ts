import { jsonText } from '../output/createResults.ts';
import type { Session } from '../Session.ts';
import { formatWatchEvent } from './formatWatchEvent.ts';
import type { WatchFeed } from './watchFeed.ts';

/** Version of the lines of `--json`. */
const lineVersion = 1;

/**
 * Prints what a watch tells: kits on stdout, the rest on stderr; with `--json` every event as a line on stdout. With a
 * command, stdout is the command's, so all goes to stderr.
 */
export function printEvents({ output, options }: Session, feed: WatchFeed, withCommand: boolean): void {
  feed.listen((event) => {
    const text = options.json ? jsonText({ v: lineVersion, ...event }) : formatWatchEvent(event);
    if (text === undefined) return;
    const isResult = options.json || event.type === 'kit';
    if (isResult && !withCommand) output.result(text);
    else output.message(text);
  });
}
