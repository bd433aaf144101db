import { allReferrers, repositoryOf } from '@kitwright/core/internal';
import { copyKit } from '@kitwright/core/internal/builds';
import type { Destination } from '../destination.ts';
import { admitKits } from '../policy/acceptKits.ts';
import type { Session } from '../Session.ts';
import type { PendingPush } from './pushQueue.ts';
import type { WatchFeed } from './watchFeed.ts';

/** Pushes one kit, and reports it. Throws what `copyKit` throws. */
export async function sendKit(
  session: Session,
  feed: WatchFeed,
  destination: Destination,
  { root, count, tags }: PendingPush,
  signal: AbortSignal,
): Promise<void> {
  const { target, repository } = destination.open();
  const copied = await copyKit(session.kitwright(), {
    source: session.stores().local,
    from: repositoryOf(destination.local),
    referrers: allReferrers,
    root,
    target,
    repository,
    tags,
    admit: admitKits(session, destination.key),
    concurrency: session.options.network.concurrency,
    signal,
  });
  const names = tags.map(destination.nameOf);
  feed.emit({ type: 'pushed', count, digest: root.digest, names, ...copied });
}
