import { type Descriptor, type Reference, systemClock, type WatchedKit } from '@kitwright/core/internal';
import { errorText } from '../output/errorText.ts';
import { openRemote } from '../remote.ts';
import type { Session } from '../Session.ts';
import { createPusher, type KitPusher } from './kitPusher.ts';
import { openPushQueue, type PendingPush } from './pushQueue.ts';
import { sendKit } from './sendKit.ts';
import type { WatchFeed } from './watchFeed.ts';

/** The pusher of `--push`. Throws `reference-invalid` if the destination names no registry. */
export function pushKits(session: Session, feed: WatchFeed, destination: Reference, signal: AbortSignal): KitPusher {
  openRemote(session, { ...destination, extraTags: [] }, 'push');
  const queue = openPushQueue(session.stores().root, destination);
  const left = queue.pending();
  if (left) session.output.message(`kit ${left.count} of an earlier watch is still to be pushed.`);
  return createPusher({
    queue,
    send: (push) => sendKit(session, feed, destination, push, signal),
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
  destination: Reference,
  { root, count, name }: Pick<WatchedKit, 'count' | 'name'> & { readonly root: Descriptor },
): PendingPush {
  const own = destination.reference === undefined ? [] : [destination.reference, ...destination.extraTags];
  return { root, count, tags: [...new Set([...own, ...(name?.extraTags ?? [])])] };
}
