import {
  type ByteRange,
  type Deleter,
  type Descriptor,
  fetchFrom,
  KitwrightError,
  knownTags,
  type OciIndex,
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
  takeBody,
  untagInIndex,
  withoutManifest,
} from '@kitwright/core/plugin';
import type { Bucket } from './createBucket.ts';
import { type BucketIndex, createBucketIndex } from './createBucketIndex.ts';
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
    push: async (descriptor, content) => {
      const { signal } = context;
      signal.throwIfAborted();
      await uploads.send(blobKey(descriptor.digest), descriptor, {
        read: (range, take) =>
          content.read(range, (block) => {
            signal.throwIfAborted();
            return take(block);
          }),
      });
    },
    resolve: async (repository, reference) => resolveInIndex(await index.read(), repository, reference),
    tags: async function* () {
      yield* tagsInIndex(await index.read());
    },
    tag: async (descriptor, _repository, tag) => {
      if (!(await exists(descriptor))) throw notFound(bucket, descriptor.digest);
      await index.update((now) => tagInIndex(now, descriptor, tag));
    },
    findTags: async (_repository, tags) => knownTags(await index.read(), tags),
    swapTag: async (descriptor, repository, tag, before) => {
      if (!(await exists(descriptor))) throw notFound(bucket, descriptor.digest);
      let isSame = false;
      await index.update((now) => {
        isSame = resolveInIndex(now, repository, tag)?.digest === before?.digest;
        return isSame ? tagInIndex(now, descriptor, tag) : now;
      });
      return isSame;
    },
    untag: async (tag) => {
      if (!(await isChanged(index, (now) => untagInIndex(now, tag)))) throw notFound(bucket, tag);
    },
    delete: async (descriptor) => {
      const isThere = await exists(descriptor);
      const isNamed = await isChanged(index, (now) => withoutManifest(now, descriptor));
      if (!isThere && !isNamed) throw notFound(bucket, descriptor.digest);
      await bucket.send({ method: 'DELETE', key: blobKey(descriptor.digest) });
    },
  };
}

/** Changes the index, and says whether there was something to change: at the first try, another one may find it changed. */
async function isChanged(index: BucketIndex, change: (now: OciIndex) => OciIndex): Promise<boolean> {
  let isFound = false;
  await index.update((now) => {
    const after = change(now);
    if (after.length === now.length && after.every((entry, at) => entry === now[at])) return now;
    isFound = true;
    return after;
  });
  return isFound;
}

function notFound({ name }: Bucket, what: string): KitwrightError {
  return new KitwrightError('kit-not-found', `${what} is not in ${name}.`);
}

function blobKey(digest: string): string {
  return `blobs/${digest.replace(':', '/')}`;
}

/** A cut connection is reported as it is: who asked goes on after the last byte. */
async function readBlob(bucket: Bucket, { digest, size }: Descriptor, { start, end }: ByteRange, take: TakeBlock) {
  if (start === end) {
    const { ok } = await bucket.send({ method: 'HEAD', key: blobKey(digest), expected: [404] });
    if (ok) return;
    throw notFound(bucket, digest);
  }
  const isPart = start > 0 || end < size;
  const headers = isPart ? { range: `bytes=${start}-${end - 1}` } : {};
  const response = await bucket.send({ method: 'GET', key: blobKey(digest), headers, expected: [404] });
  if (response.status === 404) throw notFound(bucket, digest);
  if (isPart && !response.headers.get('content-range')?.startsWith(`bytes ${start}-`)) {
    await response.body?.cancel();
    throw new KitwrightError('remote-malformed', `${bucket.name} sent another part of ${digest} than was asked for.`, {
      data: { rangesIgnored: response.status === 200 },
    });
  }
  await takeBody(response, take);
}
