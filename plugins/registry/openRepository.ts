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
  /** What changes a tag, or (undefined) none in particular. */
  const changing = async <T>(wanted: string, tag: string | undefined, change: () => Promise<T>): Promise<T> => {
    if (wanted !== name || (tag !== undefined && !isTag(tag))) throw noTag(name, wanted, tag);
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
    resolve: async (wanted, given) =>
      wanted === name && (isTag(given) || isDigest(given)) ? (await manifests.get(given))?.descriptor : undefined,
    tag: (descriptor, wanted, tag) =>
      changing(wanted, tag, async () => {
        if (tag === undefined) await manifests.require(descriptor);
        else await manifests.tag(descriptor, tag);
      }),
    swapTag: (descriptor, wanted, tag, before) =>
      changing(wanted, tag, () => manifests.swapTag(descriptor, tag, before)),
    tags: () => listTags(repository),
    findTags: (_name, tags) => tagSearch.find(tags),
    referrers: createReferrers(repository),
    untag: (tag) => changing(name, tag, () => deleteReference(repository, tag)),
    delete: ({ digest }) => changing(name, undefined, () => deleteReference(repository, digest)),
  };
}

/** A tag is a part of URLs: `x/../v1` would be another one there. */
function noTag(name: string, wanted: string, tag: string | undefined): KitwrightError {
  return new KitwrightError('reference-invalid', `${JSON.stringify(`${wanted}:${tag}`)} is no tag of ${name}.`);
}
