import type { Kitwright } from '../host/createKitwright.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import { allReferrers } from '../oci/referrerFilter.ts';
import type { ArchiveBlob } from '../store/archive/ArchiveContents.ts';
import type { Referrer } from '../store/referrers/Referrer.ts';
import type { ReadTarget } from '../store/roles.ts';
import { referrersOfAll } from './kitReferrers.ts';
import { type WalkedManifest, walkContents } from './walkContents.ts';

/** The manifests that a kit, or an index, stands for, and what is attached to them. */
export interface KitContents {
  readonly manifests: readonly WalkedManifest[];
  readonly referrers: readonly Referrer[];
}

/** A kit, or an index, in a target; `repository` is empty in one that has none. */
export interface WalkedKit {
  readonly target: ReadTarget;
  readonly repository: string;
  readonly root: Descriptor;
}

/** Adds a kit with all that is attached to it to `blobs`, as `walkContents` does. Gives its own manifests, and its referrers. */
export async function walkKit(
  kitwright: Kitwright,
  { target, repository, root }: WalkedKit,
  blobs: Map<Digest, ArchiveBlob>,
  signal: AbortSignal,
): Promise<KitContents> {
  const walked = new Set<Digest>();
  const manifests = await walkContents(target, root, blobs, signal, walked);
  const found = await referrersOfAll(kitwright, { target, repository, filter: allReferrers }, root);
  const referrers = found.flatMap((one) => one.referrers);
  for (const { descriptor } of referrers) {
    const { mediaType, digest, size } = descriptor;
    await walkContents(target, { mediaType, digest, size }, blobs, signal, walked);
  }
  return { manifests, referrers };
}
