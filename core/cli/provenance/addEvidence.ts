import { type Descriptor, type KitSigning, type Kitwright, type StoredKit, signKit } from '@kitwright/core/internal';
import type { Session } from '../Session.ts';
import type { Attesting } from './openAttesting.ts';

/** A kit in the local store, and the repository whose name is signed with it. */
export interface KitToProve {
  readonly root: Descriptor;
  readonly repository: string;
  /** The kit as this command made it; undefined if it did not. */
  readonly made: StoredKit | undefined;
}

/** What a kit gets. */
export interface KitEvidence {
  /** From `--sign`. */
  readonly signing: KitSigning | Promise<KitSigning | undefined> | undefined;
  /** From `--attest`. */
  readonly attesting: Attesting | undefined;
}

/** The digests of the manifests that hold it. */
export interface AddedEvidence {
  readonly attested?: readonly string[];
  readonly signed?: readonly string[];
}

/**
 * Attests and signs a kit in the local store, so that both are pushed with it, and says of each when it is done. Only who
 * made a kit knows how: one that was there before gets no provenance. Throws what the signer throws.
 */
export async function addEvidence(
  session: Session,
  kitwright: Kitwright,
  { root, repository, made }: KitToProve,
  { signing, attesting }: KitEvidence,
  onAdded: (what: keyof AddedEvidence) => void = () => undefined,
): Promise<AddedEvidence> {
  if (!signing && !attesting) return {};
  const { local } = session.stores();
  using _session = local.session();
  const kit = { target: local, repository, root };
  const attested = made && (await attesting?.attest(kitwright, kit, made));
  if (attested) onAdded('attested');
  const signer = await signing;
  const signed = signer && (await signKit(kitwright, kit, signer, session.signal)).map(({ manifest }) => manifest);
  if (signed) onAdded('signed');
  return { ...(attested ? { attested } : {}), ...(signed ? { signed } : {}) };
}
