import { allReferrers, copyKit, displayRepository, type Reference, repositoryOf } from '@kitwright/core/internal';
import { openRemote } from '../remote.ts';
import type { Session } from '../Session.ts';
import type { PendingPush } from './pushQueue.ts';
import type { WatchFeed } from './watchFeed.ts';

/** Pushes one kit to its registry, and reports it. Throws what `copyKit` throws. */
export async function sendKit(
  session: Session,
  feed: WatchFeed,
  destination: Reference,
  { root, count, tags }: PendingPush,
  signal: AbortSignal,
): Promise<void> {
  const { target, repository } = openRemote(session, { ...destination, extraTags: [] }, 'push');
  const copied = await copyKit(session.kitwright(), {
    source: session.stores().local,
    from: repositoryOf(destination),
    referrers: allReferrers,
    root,
    target,
    repository,
    tags,
    concurrency: session.options.network.concurrency,
    signal,
  });
  const names = tags.map((tag) => `${displayRepository(repositoryOf(destination))}:${tag}`);
  feed.emit({ type: 'pushed', count, digest: root.digest, names, ...copied });
}
