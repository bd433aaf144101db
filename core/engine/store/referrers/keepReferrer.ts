import type { Descriptor } from '../../oci/descriptor.ts';
import type { JsonObject } from '../../oci/parseJsonObject.ts';
import type { Target } from '../roles.ts';
import { changeReferrersList } from './changeReferrersList.ts';
import { listedReferrers, manyReferrers } from './listedReferrers.ts';

/**
 * Sees to it that a referrer that was pushed is found from its subject. Where the target does not list it, which is asked
 * because some registries only claim to, it is added to the list under the fallback tag (distribution-spec 1.1, "Pushing
 * Manifests with Subject"). `referrer` has its artifact type and annotations, which the list repeats.
 */
export async function keepReferrer(
  target: Target,
  repository: string,
  subject: Descriptor,
  referrer: Descriptor,
): Promise<void> {
  const listed = await listedReferrers(target, subject, manyReferrers);
  if (listed.some(({ digest }) => digest === referrer.digest)) return;
  const entry: JsonObject = { ...referrer };
  await changeReferrersList({
    target,
    repository,
    subject,
    change: (entries) => (entries.some(({ digest }) => digest === referrer.digest) ? entries : [...entries, entry]),
  });
}
