import { KitwrightError } from '../../errors/KitwrightError.ts';
import type { Descriptor } from '../../oci/descriptor.ts';
import type { Deleter, ReadTarget } from '../roles.ts';
import { dropTag } from './dropTag.ts';
import type { Referrer } from './Referrer.ts';
import { usableReferrersList } from './referrersList.ts';

/**
 * Removes what belonged to a manifest that was deleted, and the lists under fallback tags. Registries may have removed
 * some of it themselves. Throws what the target throws.
 */
export async function dropReferrers(
  target: ReadTarget & Deleter,
  repository: string,
  root: Descriptor,
  referrers: readonly Referrer[],
): Promise<void> {
  for (const { descriptor, tag } of referrers.toReversed()) {
    if (tag === undefined) await deleteIfThere(target, descriptor);
    else await dropTag(target, tag, descriptor);
    await dropList(target, repository, descriptor);
  }
  await dropList(target, repository, root);
}

async function dropList(target: ReadTarget & Deleter, repository: string, subject: Descriptor): Promise<void> {
  const list = await usableReferrersList(target, repository, subject);
  if (list) await deleteIfThere(target, list.descriptor);
}

async function deleteIfThere(target: Deleter, descriptor: Descriptor): Promise<void> {
  try {
    await target.delete(descriptor);
  } catch (error) {
    if (!(error instanceof KitwrightError) || error.code !== 'kit-not-found') throw error;
  }
}
