import { type Descriptor, type KitSigning, signKit } from '@kitwright/core/internal';
import { asKitwrightError } from '../output/errorText.ts';
import type { Session } from '../Session.ts';
import type { WatchFeed } from './watchFeed.ts';

/** A kit to be signed: its number in the watch, and the repository whose name is signed with it. */
export interface KitToSign {
  readonly root: Descriptor;
  readonly count: number;
  readonly repository: string;
}

/** Signs the kits of a watch in the local store, one after the other, each once. */
export interface KitSigner {
  /** Signs a kit, unless that is under way or done. Throws what `signKit` throws; the next call tries again. */
  readonly sign: (kit: KitToSign) => Promise<void>;
  /** The same, where a failure is only reported. */
  readonly ring: (kit: KitToSign) => void;
  readonly drain: () => Promise<void>;
}

export function createKitSigner(session: Session, feed: WatchFeed, signing: KitSigning): KitSigner {
  const signed = new Map<string, Promise<void>>();
  let running: Promise<unknown> = Promise.resolve();
  const signOne = async ({ root, count, repository }: KitToSign): Promise<void> => {
    const { local } = session.stores();
    using _session = local.session();
    await signKit(session.kitwright(), { target: local, repository, root }, signing, session.signal);
    feed.emit({ type: 'signed', count, digest: root.digest });
  };
  const sign = (kit: KitToSign): Promise<void> => {
    const { digest } = kit.root;
    const known = signed.get(digest);
    if (known) return known;
    const work = running.then(() => signOne(kit));
    signed.set(digest, work);
    running = work.catch(() => signed.delete(digest));
    return work;
  };
  const report =
    ({ count }: KitToSign) =>
    (error: unknown) => {
      const { code, message } = asKitwrightError(error);
      feed.emit({ type: 'sign-failed', count, code, message });
    };
  return { sign, ring: (kit) => void sign(kit).catch(report(kit)), drain: async () => void (await running) };
}
