import type { Descriptor } from '../oci/descriptor.ts';
import { contentOf } from './contentOf.ts';
import type { Content, ReadTarget } from './roles.ts';
import { fetchFrom } from './streamOf.ts';

/** A target that has some more blobs, by their digests, which are nowhere yet. */
export function withBlobs(source: ReadTarget, blobs: ReadonlyMap<string, Content>): ReadTarget {
  const contentFor = (descriptor: Descriptor) => blobs.get(descriptor.digest) ?? contentOf(descriptor, source);
  const read = (descriptor: Descriptor, ...rest: Parameters<Content['read']>) => contentFor(descriptor).read(...rest);
  const extra = {
    read,
    fetch: fetchFrom(read),
    exists: async (descriptor: Descriptor) => blobs.has(descriptor.digest) || source.exists(descriptor),
  };
  return { ...source, ...extra };
}
