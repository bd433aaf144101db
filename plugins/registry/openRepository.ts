import {
  fetchFrom,
  isDigest,
  isManifestType,
  isTag,
  KitwrightError,
  type Reader,
  type Reference,
} from '@kitwright/core/plugin';
import type { LazyAgent } from './connection/lazyAgent.ts';
import { createBlobs } from './createBlobs.ts';
import { createManifests } from './createManifests.ts';
import { createReferrers } from './createReferrers.ts';
import { createTagSearch } from './createTagSearch.ts';
import { deleteReference } from './deleteReference.ts';
import { hasContent } from './hasContent.ts';
import { listTags } from './listTags.ts';
import { createSources } from './mirrors/createSources.ts';
import { firstOf, listOfFirst } from './mirrors/firstOf.ts';
import type { RegistryOptions } from './RegistryOptions.ts';
import type { RegistryTarget } from './RegistryTarget.ts';
import type { Access, Repository } from './Repository.ts';

/** Opens one repository, without sending a request. */
export function openRepository(
  reference: Pick<Reference, 'registry' | 'repository'>,
  access: Access,
  agent: LazyAgent,
  options: RegistryOptions,
): RegistryTarget {
  const sources = createSources(reference, access, agent, options);
  const { write: repository, pull, lists } = sources;
  const { name, registry, path } = repository;
  const [blobs, manifests] = [createBlobs(sources, options), createManifests(sources)];
  const read: Reader['read'] = (descriptor, range, take) =>
    (isManifestType(descriptor.mediaType) ? manifests : blobs).read(descriptor, range, take);
  const [tagSearch, referrers] = [createOnce(createTagSearch), createOnce(createReferrers)];
  /** What changes a tag, or (undefined) none in particular. */
  const changing = async <T>(wanted: string, tag: string | undefined, change: () => Promise<T>): Promise<T> => {
    if (wanted !== name || (tag !== undefined && !isTag(tag))) throw noTag(name, wanted, tag);
    try {
      return await change();
    } finally {
      tagSearch(repository).forget();
    }
  };
  return {
    name,
    host: registry,
    repository: path,
    complete: true,
    exists: async (descriptor) =>
      (await firstOf(pull, async (at) => (await hasContent(at, descriptor)) || undefined)) ?? false,
    read,
    fetch: fetchFrom(read),
    push: (descriptor, content) => (isManifestType(descriptor.mediaType) ? manifests : blobs).push(descriptor, content),
    pushEarly: blobs.pushEarly,
    mount: blobs.mount,
    resolve: async (wanted, given) =>
      wanted === name && (isTag(given) || isDigest(given)) ? (await manifests.get(given))?.descriptor : undefined,
    tag: (descriptor, wanted, tag) =>
      changing(wanted, tag, async () => {
        if (tag === undefined) await manifests.require(descriptor);
        else await manifests.tag(descriptor, tag);
      }),
    swapTag: (descriptor, wanted, tag, before) =>
      changing(wanted, tag, () => manifests.swapTag(descriptor, tag, before)),
    tags: () => listOfFirst(lists, listTags),
    findTags: async (_name, tags) => (await firstOf(lists, (at) => tagSearch(at).find(tags))) ?? [],
    referrers: (descriptor, type) => listOfFirst(lists, (at) => referrers(at)(descriptor, type)),
    untag: (tag) => changing(name, tag, () => deleteReference(repository, tag)),
    delete: ({ digest }) => changing(name, undefined, () => deleteReference(repository, digest)),
  };
}

/** What remembers something of a host, made once for each. */
function createOnce<T>(create: (repository: Repository) => T): (repository: Repository) => T {
  const made = new Map<Repository, T>();
  return (repository) => {
    const known = made.get(repository) ?? create(repository);
    made.set(repository, known);
    return known;
  };
}

/** A tag is a part of URLs: `x/../v1` would be another one there. */
function noTag(name: string, wanted: string, tag: string | undefined): KitwrightError {
  return new KitwrightError('reference-invalid', `${JSON.stringify(`${wanted}:${tag}`)} is no tag of ${name}.`);
}
