import { KitwrightError } from '../errors/KitwrightError.ts';
import type { TargetAccess } from '../host/capabilities.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { isDigest } from '../oci/digest.ts';
import { isIndexType } from '../oci/mediaTypes.ts';
import { canClose, type Target } from '../store/roles.ts';
import { findKit } from './findKit.ts';
import { loadKitAt } from './loadKit.ts';
import { keepManifest } from './modelIndexes.ts';
import type { Places } from './openTarget.ts';

/** A kit in a target that can be written. */
export interface HeldKit {
  readonly target: Target;
  readonly repository: string;
  readonly root: Descriptor;
}

/**
 * Finds a kit to which something is attached, or from which it is taken, and closes the target after `work`. A kit in a
 * store that `kit` made gets its name in our store first, as `tag` does it: nothing can be added there. Throws
 * `kit-not-found`, `reference-invalid`, `target-invalid`.
 */
export async function withHeldKit<T>(
  places: Places,
  text: string,
  access: TargetAccess,
  work: (kit: HeldKit) => Promise<T>,
): Promise<T> {
  const { opened, root, target: holder, reference } = await findKit(places, text, access);
  const { target, repository } = opened;
  const { local } = places.store;
  using _session = target === local ? local.session() : undefined;
  if (target === local && holder !== local) {
    if (isIndexType(root.mediaType))
      throw new KitwrightError('store-read-only', `The index ${text} is in a store made by kit.`);
    await keepManifest(local, await loadKitAt(root, holder));
    await local.tag(root, repository, isDigest(reference) ? undefined : reference);
  }
  try {
    const result = await work({ target, repository, root });
    if (canClose(target)) await target.close();
    return result;
  } catch (error) {
    if (canClose(target)) target.discard();
    throw error;
  }
}
