import type { Descriptor } from '../../oci/descriptor.ts';
import { eachOf } from '../eachOf.ts';
import { directReferrers } from './directReferrers.ts';
import type { Referrer, ReferrerSearch } from './Referrer.ts';
import { refuseMany, tooMany } from './refuseMany.ts';

/** Attestations on signatures on SBOMs on kits: nobody needs more than that, twice. */
const maxDepth = 8;

const together = 5;

/**
 * What belongs to a manifest: its referrers, theirs, and what cosign keeps under tags named after it. The one place
 * that decides this, for every command. Each is verified: it is there, its digest is right, and its own `subject` is
 * the manifest that was asked about; what is not so is told and left out. A subject comes before its referrers, which
 * are in the order of their digests. Throws `kit-malformed` for too many, and what the target throws.
 */
export async function referrersOf(search: ReferrerSearch, root: Descriptor): Promise<readonly Referrer[]> {
  const found = new Map<string, Referrer>();
  for (let [level, depth] = [[root], 0]; level.length; depth++) {
    const next = await referrersOfAll(search, level, depth);
    const fresh = next.filter(({ descriptor: { digest } }) => digest !== root.digest && !found.has(digest));
    for (const referrer of fresh) found.set(referrer.descriptor.digest, referrer);
    refuseMany(
      [...found.values()].map(({ descriptor }) => descriptor),
      search.target.name,
    );
    if (fresh.length && depth === maxDepth)
      throw tooMany(`referrers that are more than ${maxDepth} on top of each other`, search.target.name);
    level = fresh.map(({ descriptor }) => descriptor);
  }
  return [...found.values()];
}

/** Cosign keeps nothing under the tags of what it keeps itself. */
async function referrersOfAll(
  search: ReferrerSearch,
  subjects: readonly Descriptor[],
  depth: number,
): Promise<readonly Referrer[]> {
  const found = new Map<string, readonly Referrer[]>();
  await eachOf(subjects, together, async (subject) => {
    found.set(subject.digest, await directReferrers(search, subject, depth === 0));
  });
  return subjects.flatMap(({ digest }) => found.get(digest) ?? []);
}
