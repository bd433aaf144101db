import { type Descriptor, type Reference, repositoryOf, type StoredKit } from '@kitwright/core/internal';
import type { WatchedKit } from '@kitwright/core/internal/builds';
import { destinationOf } from '../destination.ts';
import type { WatchFlags } from '../options/addWatchFlags.ts';
import type { KitEvidence } from '../provenance/addEvidence.ts';
import type { Session } from '../Session.ts';
import { createKitCommand } from './kitCommand.ts';
import { kitEvent } from './kitEvent.ts';
import { createPruner } from './kitPruner.ts';
import type { KitPusher } from './kitPusher.ts';
import { createKitSigner } from './kitSigner.ts';
import { pendingPush, pushKits } from './pushKits.ts';
import type { PendingPush } from './pushQueue.ts';
import type { WatchFeed } from './watchFeed.ts';

/** What happens with each kit of a watch. */
export interface KitActions {
  /** Undefined without `--push`. */
  readonly pusher: KitPusher | undefined;
  /** A kit was committed: it is reported and pushed, older kits may be removed, and the command is run. */
  readonly onKit: (kit: WatchedKit) => void;
  /** The kit that has the name already is the first one: it is pushed. */
  readonly onUnchanged: (root: Descriptor) => void;
  /** No more kits come: waits until all actions have ended. */
  readonly drain: () => Promise<void>;
  /** Ends the pushes; the next watch pushes the rest. */
  readonly cancel: () => Promise<void>;
}

/** The actions that the flags choose. Throws `usage`, `reference-invalid`. */
export function createKitActions(
  session: Session,
  feed: WatchFeed,
  name: Reference,
  flags: WatchFlags,
  evidence: KitEvidence,
): KitActions {
  const cancelled = new AbortController();
  const to = flags.push ?? flags.pushTo;
  const destination = to === undefined ? undefined : destinationOf(session, to);
  const pushing = AbortSignal.any([session.signal, cancelled.signal]);
  const { signing, attesting } = evidence;
  const signer = signing || attesting ? createKitSigner(session, feed, evidence) : undefined;
  const toSign = (root: Descriptor, count: number, made?: StoredKit) => ({
    root,
    count,
    repository: repositoryOf(name),
    made,
  });
  const sign = async ({ root, count }: PendingPush) => signer?.sign(toSign(root, count));
  const pusher = destination && pushKits(session, feed, destination, pushing, sign);
  const pruner = createPruner(session, feed, name, flags, pusher);
  const command = flags.onKit === undefined ? undefined : createKitCommand(feed, flags.onKit, session.signal);
  return {
    pusher,
    onKit: (kit) => {
      const event = kitEvent(kit);
      feed.emit(event);
      signer?.ring(toSign(kit.kit.root, kit.count, kit.kit));
      if (destination) pusher?.add(pendingPush(destination, { ...kit, root: kit.kit.root }));
      pruner?.ring();
      command?.ring(event);
    },
    onUnchanged: (root) => {
      feed.emit({ type: 'unchanged', digest: root.digest });
      signer?.ring(toSign(root, 0));
      if (destination) pusher?.add(pendingPush(destination, { root, count: 0, name: undefined }));
    },
    drain: async () => {
      await Promise.all([signer?.drain(), pusher?.drain(), pruner?.drain(), command?.drain()]);
    },
    cancel: async () => {
      cancelled.abort();
      await pusher?.idle();
    },
  };
}
