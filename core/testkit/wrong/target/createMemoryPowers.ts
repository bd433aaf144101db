import {
  type Deleter,
  type Descriptor,
  descriptorOf,
  type EarlyPusher,
  type Locator,
  type Mounter,
  type ReferrerDropper,
  type ReferrerLister,
  type TagFinder,
  type TagLister,
  type TagSwapper,
  type Target,
} from '@kitwright/core/plugin';
import { notFound } from './createMemoryTarget.ts';
import type { Kept, Shelf } from './Shelf.ts';

export type Powers = Deleter &
  EarlyPusher &
  Locator &
  Mounter &
  ReferrerDropper &
  ReferrerLister &
  TagFinder &
  TagLister &
  TagSwapper;

/** Each optional power of the right target. */
export function createMemoryPowers(target: Target, shelf: Shelf): Powers {
  const { blobs, tags, dropped } = shelf;
  return {
    tags: async function* () {
      yield* [...tags.keys()].sort();
    },
    findTags: async (_, wanted) => wanted.filter((tag) => tags.has(tag)),
    untag: async (tag) => {
      if (!tags.delete(tag)) throw notFound(tag);
    },
    delete: async ({ digest }) => {
      if (!blobs.delete(digest)) throw notFound(digest);
      for (const [tag, named] of tags) if (named.digest === digest) tags.delete(tag);
    },
    swapTag: async (descriptor, repository, tag, before) => {
      if (tags.get(tag)?.digest !== before?.digest) return false;
      await target.tag(descriptor, repository, tag);
      return true;
    },
    referrers: async function* (subject) {
      for (const { descriptor, bytes } of [...blobs.values()])
        if (!dropped.has(descriptor.digest) && subjectOf(descriptor, bytes) === subject.digest) yield descriptor;
    },
    dropReferrer: async ({ digest }) => void dropped.add(digest),
    mount: async () => false,
    locate: ({ digest }) => {
      const kept = blobs.get(digest);
      return kept && [{ kind: 'inline', bytes: kept.bytes }];
    },
    pushEarly: (size, _, content) => pushEarly(target, size, content),
  };
}

function subjectOf({ mediaType }: Descriptor, bytes: Kept['bytes']): string | undefined {
  return mediaType.endsWith('json') ? JSON.parse(bytes.toString()).subject?.digest : undefined;
}

/** Keeps the bytes until their digest is known. */
function pushEarly(target: Target, size: number, content: Parameters<EarlyPusher['pushEarly']>[2]) {
  const parts: Buffer[] = [];
  let isOver = false;
  const read = content.read({ start: 0, end: size }, (block) => {
    if (isOver) throw new Error('The upload was abandoned.');
    parts.push(Buffer.from(block));
  });
  read.catch(() => undefined);
  return {
    finish: async (descriptor: Descriptor) => {
      await read;
      const bytes = Buffer.concat(parts);
      const found = descriptorOf(descriptor.mediaType, bytes);
      if (found.digest !== descriptor.digest) throw new Error('The upload has another digest.');
      await target.push(descriptor, { read: async ({ start, end }, take) => take(bytes.subarray(start, end)) });
    },
    abandon: async () => {
      isOver = true;
    },
  };
}
