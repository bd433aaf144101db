import { KitwrightError, type Reference } from '@kitwright/core/internal';
import { asKitwrightError, errorText } from '../output/errorText.ts';
import type { Session } from '../Session.ts';
import { parseKeep } from './keepPolicy.ts';
import type { KitPusher } from './kitPusher.ts';
import { pruneKits } from './pruneKits.ts';
import type { WatchFeed } from './watchFeed.ts';

/** Removes the kits that no rule of `--keep` keeps. */
export interface KitPruner {
  /** A kit was committed. */
  readonly ring: () => void;
  readonly drain: () => Promise<void>;
}

export interface KeepFlags {
  readonly keep?: string;
  readonly metric?: string;
  readonly tagTemplate?: string;
}

/** Prunes after each kit, one prune at a time. A failure is reported, and the watch continues. Throws `usage`. */
export function createPruner(
  session: Session,
  feed: WatchFeed,
  name: Reference,
  { keep, metric, tagTemplate }: KeepFlags,
  pusher: KitPusher | undefined,
): KitPruner | undefined {
  if (keep === undefined) {
    if (metric !== undefined) throw new KitwrightError('usage', '--metric needs --keep best=N.');
    return undefined;
  }
  if (!tagTemplate?.includes('{n}'))
    throw new KitwrightError('usage', '--keep needs a --tag-template with {n}: only kits that it named are removed.');
  const policy = parseKeep(keep, metric);
  const prune = async (): Promise<void> => {
    try {
      // A kit must not be removed while it is pushed.
      await pusher?.idle();
      const tags = await pruneKits(session.stores(), name, tagTemplate, policy);
      if (tags.length) feed.emit({ type: 'pruned', tags });
    } catch (error) {
      session.output.message(errorText(asKitwrightError(error), session.options.verbose > 0));
    }
  };
  let running = Promise.resolve();
  return {
    ring: () => {
      running = running.then(prune);
    },
    drain: () => running,
  };
}
