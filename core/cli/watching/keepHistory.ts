import { asKitwrightError } from '../output/errorText.ts';
import type { Session } from '../Session.ts';
import type { WatchFeed } from './watchFeed.ts';
import { openHistory } from './watchHistory.ts';

/** Stores the events for `kitwright report`. A failure gives one warning, and the watch continues. */
export function keepHistory(session: Session, feed: WatchFeed, directory: string): void {
  const history = openHistory(session.stores().root, directory);
  let failed = false;
  feed.listen((event) => {
    try {
      if (!failed) history.add(event);
    } catch (error) {
      failed = true;
      session.warn(`The report of this watch will be incomplete. ${asKitwrightError(error).message}`);
    }
  });
}
