import type { Descriptor } from '../../oci/descriptor.ts';
import { parseDescriptor } from '../../oci/manifest.ts';
import { isMediaType, mediaTypes } from '../../oci/mediaTypes.ts';
import { cosignTags, referrersTag } from '../../oci/referrerTags.ts';
import { eachOf } from '../eachOf.ts';
import { canFindTags, type ReadTarget } from '../roles.ts';
import { listedReferrers, manyReferrers } from './listedReferrers.ts';
import type { Referrer, ReferrerSearch } from './Referrer.ts';
import { readable, readReferrer } from './readReferrer.ts';
import { readReferrersList } from './referrersList.ts';
import { refuseMany } from './refuseMany.ts';

const together = 5;

/**
 * The referrers of one manifest, not theirs: those that the target lists, those in the list under the fallback tag (a
 * registry that got its API later may have both), and with `hasTags` what cosign keeps under tags.
 */
export async function directReferrers(
  search: ReferrerSearch,
  subject: Descriptor,
  hasTags: boolean,
): Promise<readonly Referrer[]> {
  const { target, repository, filter } = search;
  const listTag = referrersTag(subject.digest);
  const tags = hasTags && filter.hasCosignTags ? cosignTags(subject.digest) : [];
  const [listed, there] = await Promise.all([
    listedReferrers(target, subject, manyReferrers),
    findTags(target, repository, [listTag, ...tags]),
  ]);
  const more = there.includes(listTag) ? await fallbackReferrers(search, subject) : [];
  const candidates = distinct([...listed, ...more]).filter(mayBeWanted(search));
  refuseMany(candidates, target.name);
  const read = (tag: string | undefined) => (found: Descriptor) => readReferrer(search, subject, found, tag);
  return [
    ...(await allOf(candidates, read(undefined))),
    ...(await allOf(
      tags.filter((tag) => there.includes(tag)),
      async (tag) => {
        const found = await target.resolve(repository, tag);
        return found && found.digest !== subject.digest ? read(tag)(found) : undefined;
      },
    )),
  ];
}

async function findTags(target: ReadTarget, repository: string, tags: readonly string[]): Promise<readonly string[]> {
  if (canFindTags(target)) return target.findTags(repository, tags);
  return allOf(tags, async (tag) => ((await target.resolve(repository, tag)) ? tag : undefined));
}

async function fallbackReferrers(search: ReferrerSearch, subject: Descriptor): Promise<readonly Descriptor[]> {
  const list = await readable(search, referrersTag(subject.digest), () =>
    readReferrersList(search.target, search.repository, subject),
  );
  return list?.entries.flatMap(descriptorIn) ?? [];
}

/** An entry that cannot be read says nothing of the others. */
function descriptorIn(entry: unknown): readonly Descriptor[] {
  try {
    return [parseDescriptor(entry)];
  } catch {
    return [];
  }
}

/** The first of each digest, in the order of the digests: a list under a tag hides nothing that the target lists. */
function distinct(descriptors: readonly Descriptor[]): readonly Descriptor[] {
  const found = new Map(descriptors.toReversed().map((descriptor) => [descriptor.digest, descriptor]));
  return [...found.values()].sort((a, b) => (a.digest < b.digest ? -1 : 1));
}

/** Some lists lack the artifact type, or have that of the empty config: then only the manifest tells. */
function mayBeWanted({ filter }: ReferrerSearch) {
  return ({ artifactType }: Descriptor): boolean =>
    artifactType === undefined ||
    !isMediaType(artifactType) ||
    artifactType === mediaTypes.empty ||
    filter.includes(artifactType);
}

async function allOf<T, R>(
  items: readonly T[],
  work: (item: T) => Promise<R | undefined>,
): Promise<readonly NonNullable<R>[]> {
  const results = new Map<T, R | undefined>();
  await eachOf(items, together, async (item) => void results.set(item, await work(item)));
  return items.flatMap((item) => results.get(item) ?? []) as readonly NonNullable<R>[];
}
