import { fetchFrom, isManifestType, type Reader, type Reference } from '@kitwright/core/plugin';
import type { LazyAgent } from './connection/lazyAgent.ts';
import { createBlobs } from './createBlobs.ts';
import { createManifests } from './createManifests.ts';
import { createReferrers } from './createReferrers.ts';
import { createTagSearch } from './createTagSearch.ts';
import { deleteReference } from './deleteReference.ts';
import { hasContent } from './hasContent.ts';
import { listTags } from './listTags.ts';
import type { RegistryOptions } from './RegistryOptions.ts';
import type { RegistryTarget } from './RegistryTarget.ts';
import { type Access, createRepository } from './Repository.ts';

/** Opens one repository, without sending a request. */
export function openRepository(
  reference: Pick<Reference, 'registry' | 'repository'>,
  access: Access,
  agent: LazyAgent,
  options: RegistryOptions,
): RegistryTarget {
  const repository = createRepository(reference, access, agent, options);
  const { name, registry, path } = repository;
  const [blobs, manifests] = [createBlobs(repository, options), createManifests(repository)];
  const read: Reader['read'] = (descriptor, range, take) =>
    (isManifestType(descriptor.mediaType) ? manifests : blobs).read(descriptor, range, take);
  const tagSearch = createTagSearch(repository);
  /** What changes tags. */
  const changing = async <T>(change: () => Promise<T>): Promise<T> => {
    try {
      return await change();
    } finally {
      tagSearch.forget();
    }
  };
  return {
    name,
    host: registry,
    repository: path,
    complete: true,
    exists: (descriptor) => hasContent(repository, descriptor),
    read,
    fetch: fetchFrom(read),
    push: (descriptor, content) => (isManifestType(descriptor.mediaType) ? manifests : blobs).push(descriptor, content),
    pushEarly: blobs.pushEarly,
    mount: blobs.mount,
    resolve: async (wanted, given) => (wanted === name ? (await manifests.get(given))?.descriptor : undefined),
    tag: (descriptor, _name, tag) =>
      changing(async () => {
        if (tag !== undefined) await manifests.tag(descriptor, tag);
      }),
    swapTag: (descriptor, _name, tag, before) => changing(() => manifests.swapTag(descriptor, tag, before)),
    tags: () => listTags(repository),
    findTags: (_name, tags) => tagSearch.find(tags),
    referrers: createReferrers(repository),
    untag: (tag) => changing(() => deleteReference(repository, tag)),
    delete: ({ digest }) => changing(() => deleteReference(repository, digest)),
  };
}
