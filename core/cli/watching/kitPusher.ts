import { copyKit, displayRepository, type Reference, repositoryOf, type WatchedKit } from '@kitwright/core';
import { asKitwrightError, errorText } from '../output/errorText.ts';
import { openRemote } from '../remote.ts';
import type { Session } from '../Session.ts';

/** Sends kits in the background, one at a time; of those that wait only the newest goes. */
export interface KitPusher {
  readonly add: (kit: WatchedKit) => void;
  /** Waits for what is under way and for the newest that waits. */
  readonly drain: () => Promise<void>;
}

const tagsOf = (destination: Reference, { name }: WatchedKit): readonly string[] => {
  const own = destination.reference === undefined ? [] : [destination.reference, ...destination.extraTags];
  return [...new Set([...own, ...(name?.extraTags ?? [])])];
};

/** Throws `reference-invalid` where the destination names no registry. A push that fails is told, and the next kit goes all the same. */
export const createPusher = (session: Session, destination: Reference): KitPusher => {
  const { target, repository } = openRemote(session, { ...destination, extraTags: [] }, 'push');
  const say = (text: string, data: Readonly<Record<string, unknown>>) =>
    session.output.message(session.options.json ? JSON.stringify({ v: 1, type: 'pushed', ...data }) : text);
  const push = async (kit: WatchedKit): Promise<void> => {
    const { root } = kit.kit;
    const tags = tagsOf(destination, kit);
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
    say(`kit ${kit.count}  pushed to ${names.join(' ')}`, { count: kit.count, digest: root.digest, names, ...copied });
  };
  let waiting: WatchedKit | undefined;
  let running: Promise<void> | undefined;
  const run = async (): Promise<void> => {
    for (let kit = waiting; kit; kit = waiting) {
      waiting = undefined;
      try {
        await push(kit);
      } catch (error) {
        session.output.message(
          `kit ${kit.count} was not pushed:\n${errorText(asKitwrightError(error), session.options.verbose > 0)}`,
        );
      }
    }
    running = undefined;
  };
  return {
    add: (kit) => {
      if (waiting) session.debug(`kit ${waiting.count} is not pushed: kit ${kit.count} is newer.`);
      waiting = kit;
      running ??= run();
    },
    drain: async () => {
      await running;
    },
  };
};
