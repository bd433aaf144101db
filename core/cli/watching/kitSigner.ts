import { type Descriptor, type KitSigning, type StoredKit, signKit } from '@kitwright/core/internal';
import { asKitwrightError } from '../output/errorText.ts';
import type { Attesting } from '../provenance/openAttesting.ts';
import type { Session } from '../Session.ts';
import type { WatchFeed } from './watchFeed.ts';

/** A kit to be signed: its number in the watch, and the repository whose name is signed with it. */
export interface KitToSign {
  readonly root: Descriptor;
  readonly count: number;
  readonly repository: string;
  /** The kit as this watch made it; undefined if it did not. */
  readonly made: StoredKit | undefined;
}

/** What each kit of a watch gets. */
export interface KitEvidence {
  /** From `--sign`. */
  readonly signing: KitSigning | undefined;
  /** From `--attest`. */
  readonly attesting: Attesting | undefined;
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
      .then(() => signOne(session, feed, evidence, { ...kit, made: made.get(digest) }))
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

/** Only who made a kit knows how: one that was there before gets no provenance. */
async function signOne(
  session: Session,
  feed: WatchFeed,
  { signing, attesting }: KitEvidence,
  { root, count, repository, made }: KitToSign,
): Promise<void> {
  const { local } = session.stores();
  const kitwright = session.kitwright();
  using _session = local.session();
  const kit = { target: local, repository, root };
  if (attesting && made) {
    await attesting.attest(kitwright, kit, made);
    feed.emit({ type: 'attested', count, digest: root.digest });
  }
  if (!signing) return;
  await signKit(kitwright, kit, signing, session.signal);
  feed.emit({ type: 'signed', count, digest: root.digest });
}
