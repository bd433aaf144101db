import {
  copyKit,
  displayRepository,
  type KitwrightError,
  type Reference,
  repositoryOf,
  type WatchedKit,
} from '@kitwright/core';
import { asKitwrightError, errorText } from '../output/errorText.ts';
import { openRemote } from '../remote.ts';
import type { Session } from '../Session.ts';
import { openPushQueue, type PendingPush } from './pushQueue.ts';

/** Sends kits in the background, one at a time; of those that wait only the newest goes. What was not sent is sent by the next watch. */
export interface KitPusher {
  readonly add: (kit: WatchedKit) => void;
  /** Waits for what is under way and for the newest that waits. */
  readonly drain: () => Promise<void>;
}

const tagsOf = (destination: Reference, { name }: WatchedKit): readonly string[] => {
  const own = destination.reference === undefined ? [] : [destination.reference, ...destination.extraTags];
  return [...new Set([...own, ...(name?.extraTags ?? [])])];
};

const send = async (session: Session, destination: Reference, { root, count, tags }: PendingPush): Promise<void> => {
  const { target, repository } = openRemote(session, { ...destination, extraTags: [] }, 'push');
  const copied = await copyKit(session.kitwright(), {
    source: session.stores().local,
    root,
    target,
    repository,
    tags,
    concurrency: session.options.network.concurrency,
    signal: session.signal,
  });
  const names = tags.map((tag) => `${displayRepository(repositoryOf(destination))}:${tag}`);
  const data = { v: 1, type: 'pushed', count, digest: root.digest, names, ...copied };
  session.output.message(session.options.json ? JSON.stringify(data) : `kit ${count}  pushed to ${names.join(' ')}`);
};

/** A kit that was removed since need not be sent; anything else may go better next time. */
const isHopeless = ({ code }: KitwrightError): boolean => code === 'kit-not-found' || code === 'descriptor-mismatch';

/** Throws `reference-invalid` where the destination names no registry. A push that fails is told, and the next kit goes all the same. */
export const createPusher = (session: Session, destination: Reference): KitPusher => {
  openRemote(session, { ...destination, extraTags: [] }, 'push');
  const queue = openPushQueue(session.stores().root, destination);
  let waiting = queue.pending();
  let running: Promise<void> | undefined;
  const report = (push: PendingPush, error: KitwrightError): void => {
    const later = isHopeless(error) ? '' : ' It is kept for the next one, or for the next watch.';
    session.output.message(
      `kit ${push.count} was not pushed.${later}\n${errorText(error, session.options.verbose > 0)}`,
    );
  };
  const sendOne = async (push: PendingPush): Promise<void> => {
    try {
      await send(session, destination, push);
      queue.done(push);
    } catch (thrown) {
      const error = asKitwrightError(thrown);
      report(push, error);
      if (isHopeless(error)) queue.done(push);
    }
  };
  const run = async (): Promise<void> => {
    for (let push = waiting; push; push = waiting) {
      waiting = undefined;
      await sendOne(push);
    }
    running = undefined;
  };
  if (waiting) {
    session.output.message(`kit ${waiting.count} of an earlier watch is still to be pushed.`);
    running = run();
  }
  return {
    add: (kit) => {
      if (waiting) session.debug(`kit ${waiting.count} is not pushed: kit ${kit.count} is newer.`);
      waiting = { root: kit.kit.root, count: kit.count, tags: tagsOf(destination, kit) };
      queue.put(waiting);
      running ??= run();
    },
    drain: async () => {
      await running;
    },
  };
};
