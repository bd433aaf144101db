import type { Descriptor } from '../../oci/descriptor.ts';
import { powerMissing } from '../powerMissing.ts';
import { canDelete, canDropReferrer, type Target } from '../roles.ts';
import { changeReferrersList } from './changeReferrersList.ts';
import { dropTag } from './dropTag.ts';
import type { Referrer } from './Referrer.ts';

/**
 * Removes a referrer, and its entry in the list under the fallback tag if there is one. Throws `target-invalid` if the
 * target removes nothing, and what it throws.
 */
export async function dropReferrer(
  target: Target,
  repository: string,
  subject: Descriptor,
  { descriptor: referrer, tag }: Pick<Referrer, 'descriptor' | 'tag'>,
): Promise<void> {
  if (tag !== undefined && canDelete(target)) return dropTag(target, tag, referrer);
  if (canDropReferrer(target)) return target.dropReferrer(referrer);
  if (!canDelete(target)) throw powerMissing(`Referrers cannot be removed from ${target.name}.`, 'delete');
  await target.delete(referrer);
  await changeReferrersList({
    target,
    repository,
    subject,
    change: (entries) => {
      const others = entries.filter(({ digest }) => digest !== referrer.digest);
      return others.length === entries.length ? entries : others;
    },
  });
}
