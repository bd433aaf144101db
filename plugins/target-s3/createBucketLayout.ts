import {
  type ByteRange,
  type Deleter,
  type Descriptor,
  fetchFrom,
  KitwrightError,
  knownTags,
  type OpenContext,
  type Reader,
  resolveInIndex,
  type TagFinder,
  type TagLister,
  type TagSwapper,
  type TakeBlock,
  type Target,
  tagInIndex,
  tagsInIndex,
  untagInIndex,
  withoutManifest,
} from '@kitwright/core/plugin';
import type { Bucket } from './createBucket.ts';
import { createBucketIndex } from './createBucketIndex.ts';
import { createUploads } from './createUploads.ts';

/** An OCI image layout (image-spec, image-layout.md) in a bucket. */
export interface BucketLayout extends Target, Reader, TagLister, TagFinder, TagSwapper, Deleter {}

/** Nothing is made in the bucket before something is pushed. */
export function createBucketLayout(bucket: Bucket, context: OpenContext): BucketLayout {
  const index = createBucketIndex(bucket, context);
  const exists = async ({ digest, size }: Descriptor) => {
    const { ok, headers } = await bucket.send({ method: 'HEAD', key: blobKey(digest), expected: [404] });
    return ok && Number(headers.get('content-length')) === size;
  };
  const read: Reader['read'] = (descriptor, range, take) => readBlob(bucket, descriptor, range, take);
  const uploads = createUploads(bucket, exists);
  return {
    name: bucket.name,
    complete: false,
    exists,
    read,
    fetch: fetchFrom(read),
    push: (descriptor, content) => uploads.send(blobKey(descriptor.digest), descriptor, content),
    resolve: async (repository, reference) => resolveInIndex(await index.read(), repository, reference),
    tags: async function* () {
      yield* tagsInIndex(await index.read());
    },
    tag: (descriptor, _repository, tag) => index.update((now) => tagInIndex(now, descriptor, tag)),
    findTags: async (_repository, tags) => knownTags(await index.read(), tags),
    swapTag: async (descriptor, repository, tag, before) => {
      let isSame = false;
      await index.update((now) => {
        isSame = resolveInIndex(now, repository, tag)?.digest === before?.digest;
        return isSame ? tagInIndex(now, descriptor, tag) : now;
      });
      return isSame;
    },
    untag: (tag) => index.update((now) => untagInIndex(now, tag)),
    delete: async (descriptor) => {
      await index.update((now) => withoutManifest(now, descriptor));
      await bucket.send({ method: 'DELETE', key: blobKey(descriptor.digest) });
    },
  };
}

function blobKey(digest: string): string {
  return `blobs/${digest.replace(':', '/')}`;
}

/** A cut connection is reported as it is: who asked goes on after the last byte. */
async function readBlob(bucket: Bucket, { digest, size }: Descriptor, { start, end }: ByteRange, take: TakeBlock) {
  const isPart = start > 0 || end < size;
  const headers = isPart ? { range: `bytes=${start}-${end - 1}` } : {};
  const response = await bucket.send({ method: 'GET', key: blobKey(digest), headers, expected: [404] });
  if (response.status === 404)
    throw new KitwrightError('kit-not-found', `${digest} is not in ${bucket.name}.`, { data: { digest } });
  if (isPart && !response.headers.get('content-range')?.startsWith(`bytes ${start}-`)) {
    await response.body?.cancel();
    throw new KitwrightError('remote-malformed', `${bucket.name} sent another part of ${digest} than was asked for.`, {
      data: { rangesIgnored: response.status === 200 },
    });
  }
  for await (const bytes of response.body ?? []) await take(bytes);
}
