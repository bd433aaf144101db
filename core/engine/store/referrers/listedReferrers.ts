import type { Descriptor } from '../../oci/descriptor.ts';
import { canListReferrers } from '../roles.ts';

/** More than any registry lists of one subject. */
export const manyReferrers = 10_000;

/** What a target itself lists, unchecked, at most one more than `limit`; nothing where it cannot list referrers. */
export async function listedReferrers(
  target: object,
  subject: Descriptor,
  limit: number,
): Promise<readonly Descriptor[]> {
  const listed: Descriptor[] = [];
  if (!canListReferrers(target)) return listed;
  for await (const descriptor of target.referrers(subject)) {
    listed.push(descriptor);
    if (listed.length > limit) break;
  }
  return listed;
}
