import type { StoredKit } from '@kitwright/core/internal';
import { asKitwrightError } from '../output/errorText.ts';
import { addEvidence, type KitEvidence, type KitToProve } from '../provenance/addEvidence.ts';
import type { Session } from '../Session.ts';
import type { WatchFeed } from './watchFeed.ts';

/** A kit to be signed, and its number in the watch. */
export interface KitToSign extends KitToProve {
  readonly count: number;
}

/** Attests and signs the kits of a watch in the local store, one after the other, each once. */
export interface KitSigner {
  /** Signs a kit, unless that is under way or done. Throws what `signKit` throws; the next call tries again. */
  readonly sign: (kit: KitToSign) => Promise<void>;
  /** The same, where a failure is only reported. */
  readonly ring: (kit: KitToSign) => void;
  readonly drain: () => Promise<void>;
}

export function createKitSigner(session: Session, feed: WatchFeed, evidence: KitEvidence): KitSigner {
  const signed = new Map<string, Promise<void>>();
  // Kept until it is attested: a push that tries again knows only the digest.
  const made = new Map<string, StoredKit>();
  let running: Promise<unknown> = Promise.resolve();
  const sign = (kit: KitToSign): Promise<void> => {
    const { digest } = kit.root;
    const known = signed.get(digest);
    if (known) return known;
    if (kit.made) made.set(digest, kit.made);
    const work = running
      .then(() =>
        addEvidence(session, session.kitwright(), { ...kit, made: made.get(digest) }, evidence, (type) =>
          feed.emit({ type, count: kit.count, digest }),
        ),
      )
      .then(() => void made.delete(digest));
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
