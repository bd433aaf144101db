import type { Descriptor } from '@kitwright/core/internal';
import { systemClock, type WatchedKit } from '@kitwright/core/internal/builds';
import type { Destination } from '../destination.ts';
import { errorText } from '../output/errorText.ts';
import type { Session } from '../Session.ts';
import { createPusher, type KitPusher } from './kitPusher.ts';
import { openPushQueue, type PendingPush } from './pushQueue.ts';
import { sendKit } from './sendKit.ts';
import type { WatchFeed } from './watchFeed.ts';

/** The pusher of `--push`. `sign` ends when the kit is signed, which must be before others see it. */
export function pushKits(
  session: Session,
  feed: WatchFeed,
  destination: Destination,
  signal: AbortSignal,
  sign: (push: PendingPush) => Promise<void>,
): KitPusher {
  const queue = openPushQueue(session.stores().root, destination.key);
  const left = queue.pending();
  if (left) session.output.message(`kit ${left.count} of an earlier watch is still to be pushed.`);
  return createPusher({
    queue,
    send: async (push) => {
      await sign(push);
      await sendKit(session, feed, destination, push, signal);
    },
    onFailure: ({ count }, error, retry) => {
      feed.emit({ type: 'push-failed', count, code: error.code, message: error.message, retry });
      if (!session.options.json && error.code !== 'cancelled')
        session.output.message(errorText(error, session.options.verbose > 0));
    },
    onReplaced: (older, newer) => session.debug(`kit ${older.count} is not pushed: kit ${newer.count} is newer.`),
    clock: systemClock,
    signal,
  });
}

/** What is pushed for a kit: the tags of the destination, and those that the template made. */
export function pendingPush(
  { tags }: Destination,
  { root, count, name }: Pick<WatchedKit, 'count' | 'name'> & { readonly root: Descriptor },
): PendingPush {
  return { root, count, tags: [...new Set([...tags, ...(name?.extraTags ?? [])])] };
}
