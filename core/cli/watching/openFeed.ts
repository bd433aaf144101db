import type { KitwrightError } from '@kitwright/core/internal';
import { systemClock, type WatchOptions } from '@kitwright/core/internal/builds';
import { withOrigins } from '../loading/withOrigin.ts';
import { errorText } from '../output/errorText.ts';
import type { Session } from '../Session.ts';
import { keepHistory } from './keepHistory.ts';
import { failedEvent } from './kitEvent.ts';
import { printEvents } from './printEvents.ts';
import { createFeed, type WatchFeed } from './watchFeed.ts';

export interface FeedOptions {
  /** With a training command, stdout belongs to it. */
  readonly withCommand: boolean;
  /** Other directories are watched too. */
  readonly several: boolean;
}

/** A feed whose events are printed, and stored for `kitwright report`. */
export function openFeed(session: Session, directory: string, options: FeedOptions): WatchFeed {
  const feed = createFeed(systemClock.now);
  const { withCommand, several } = options;
  printEvents(session, feed, { withCommand, directory: several ? directory : undefined });
  keepHistory(session, feed, directory);
  return feed;
}

/** Reports to the feed what a watch waits for, and failures that may pass with the next look. */
export function tellTroubles(
  { options, output, project }: Session,
  feed: WatchFeed,
): Pick<WatchOptions, 'onWaiting' | 'onFailure' | 'onRecovery'> {
  return {
    onWaiting: (waiting) =>
      feed.emit({ type: 'waiting', waiting: waiting.map(({ path, reason }) => ({ path, reason })) }),
    onRecovery: () => feed.emit({ type: 'recovered' }),
    onFailure: (failure: KitwrightError) => {
      const error = withOrigins(failure, project.plugins);
      feed.emit(failedEvent(error));
      if (!options.json) output.message(errorText(error, options.verbose > 0));
    },
  };
}
