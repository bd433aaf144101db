import type { OpenedTarget } from '../host/capabilities.ts';
import type { Kitwright } from '../host/createKitwright.ts';
import type { AcceptKit } from '../kits/AcceptKit.ts';
import { type CopiedKit, type CopyKitOptions, copyKit } from '../kits/copyKit.ts';
import { findKit } from '../kits/findKit.ts';
import type { KitPlaces } from '../kits/kitSources.ts';
import { openTarget } from '../kits/openTarget.ts';
import type { KitSigning } from '../kits/signKit.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { isDigest } from '../oci/digest.ts';
import { parseReferrerFilter } from '../oci/referrerFilter.ts';
import type { Store } from '../store/openStore.ts';
import { canClose, type Target } from '../store/roles.ts';
import { withoutClosing } from '../store/withoutClosing.ts';
import { copyReferenced, type ReferencedCopy } from './copyReferenced.ts';

/** What `copy` moves, and where to. */
export interface CopyOptions {
  /**
   * A reference (a registry's if it names a host, else of the local store), or a target of a plugin:
   * `archive:kit.tar:v1`.
   */
  readonly from: string;
  /** Likewise; without a tag the kit keeps the one of `from`. */
  readonly to: string;
  readonly store: Store;
  /** The names at the destination; by default those in `to`, else the tag of `from`. */
  readonly tags?: readonly string[];
  /** Hosts that get the user's credentials if the kit refers to kits there; its own registry always does. */
  readonly allowedRegistries?: readonly string[];
  /**
   * Signatures and other artifacts that travel with the kit: `all` (default), `signatures`, `none`, or one artifact type.
   */
  readonly referrers?: string;
  /** Signs the kit at the destination, before it gets its names there. */
  readonly signing?: KitSigning | undefined;
  /** Decides whether the kit, and those that it refers to, may be copied; each may by default. */
  readonly accept?: AcceptKit | undefined;
  /** Rejects to refuse the kit when it is at the destination, with what belongs to it, and has no name yet. */
  readonly admit?: CopyKitOptions['admit'];
  /** Parallel transfers; 5 by default. */
  readonly concurrency?: number;
  /** Cancels the copy; the next copy resumes where it stopped. */
  readonly signal?: AbortSignal;
}

/** A kit that was copied. */
export interface KitCopy extends CopiedKit {
  readonly descriptor: Descriptor;
  /** The kits to which it refers that were copied too. */
  readonly referenced: readonly ReferencedCopy[];
}

const defaultConcurrency = 5;

/**
 * Copies a kit between two targets: push, pull, save and load are this one function. Blobs that the destination has are
 * skipped. Layers are copied first, then what belongs to the kit, and names last, so an interrupted copy leaves no kit that looks complete. Kits to
 * which this one refers are copied too, into an archive and from an archive into the local store. Throws
 * `kit-not-found`, `reference-invalid`, `target-invalid`, `descriptor-mismatch`, `unauthorized`, `network-failed`.
 */
export async function copy(kitwright: Kitwright, options: CopyOptions): Promise<KitCopy> {
  const { accept } = options;
  const places: KitPlaces = {
    kitwright,
    store: options.store,
    allowedRegistries: options.allowedRegistries,
    accept,
  };
  const source = await findKit(places, options.from);
  const opened = openTarget(places, options.to, 'push');
  const moved = {
    source: source.target,
    from: source.opened.repository,
    referrers: parseReferrerFilter(options.referrers ?? 'all'),
    root: source.root,
    target: withoutClosing(opened.target),
    concurrency: options.concurrency ?? defaultConcurrency,
    signal: options.signal ?? new AbortController().signal,
  };
  return closing(opened.target, async () => {
    const referenced = await copyReferenced(places, source.opened, { ...opened, target: moved.target }, moved);
    const { repository } = opened;
    const counts = await copyKit(kitwright, {
      ...moved,
      repository,
      tags: options.tags ?? tagsFor(opened, source.reference),
      signing: options.signing,
      admit: options.admit,
    });
    return { descriptor: source.root, referenced, ...counts };
  });
}

async function closing<T>(target: Target, work: () => Promise<T>): Promise<T> {
  try {
    const result = await work();
    if (canClose(target)) await target.close();
    return result;
  } catch (error) {
    if (canClose(target)) target.discard();
    throw error;
  }
}

/** The tags that a copy gets: those of its destination, else the one of its source; a digest is no tag. */
function tagsFor({ references }: OpenedTarget, reference: string): readonly string[] {
  return (references.length ? references : [reference]).filter((tag) => !isDigest(tag));
}
