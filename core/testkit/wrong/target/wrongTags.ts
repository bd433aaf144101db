import { setImmediate } from 'node:timers/promises';
import { type Descriptor, digestOf, KitwrightError } from '@kitwright/core/plugin';
import type { MakeTarget } from '../../target/MadeTarget.ts';
import type { Wrong } from '../testWrong.ts';
import { wrongMemory } from './wrongMemory.ts';

/** What is wrong with `tag`. */
export const wrongTags: readonly Wrong<MakeTarget>[] = [
  wrongMemory(
    'keeps the object that it is given',
    ['push, tag: leave what they are given as it is'],
    ({ right, shelf }) => ({
      tag: async (descriptor, repository, tag) => {
        await right.tag(descriptor, repository, tag);
        if (tag !== undefined) shelf.tags.set(tag, descriptor);
      },
    }),
  ),
  wrongMemory(
    'believes the size of the descriptor that it tags',
    ['tag: gives no manifest another size than it has'],
    ({ shelf, right }) => ({
      tag: async ({ mediaType, digest, size }, repository, tag) => {
        await right.tag({ mediaType, digest, size: shelf.blobs.get(digest)?.descriptor.size ?? size }, repository, tag);
        if (tag !== undefined) shelf.tags.set(tag, { mediaType, digest, size });
      },
    }),
  ),
  wrongMemory(
    'tags what is not there',
    [
      'tag: gives no manifest another size than it has',
      'tag: refuses a manifest that is not there with kit-not-found',
      'tag: is not there before its manifest is',
      'repository: a tag of another one is none here',
    ],
    ({ shelf, context }) => ({
      tag: async ({ mediaType, digest, size }, repository, tag) => {
        context.signal.throwIfAborted();
        if (repository !== 'localhost/conformance' && repository !== 'localhost/conformance-other')
          throw new Error('no');
        if (tag !== undefined) shelf.tags.set(tag, { mediaType, digest, size });
      },
    }),
  ),
  wrongMemory('tags before its manifest is there', ['tag: is not there before its manifest is'], ({ right, shelf }) => {
    const announced = new Set<string>();
    return {
      push: async (descriptor, content) => {
        announced.add(descriptor.digest);
        await right.push(descriptor, content).finally(() => announced.delete(descriptor.digest));
      },
      tag: async ({ mediaType, digest, size }, repository, tag) => {
        if (!announced.has(digest) || tag === undefined) return right.tag({ mediaType, digest, size }, repository, tag);
        shelf.tags.set(tag, { mediaType, digest, size });
      },
    };
  }),
  wrongMemory(
    'says plugin-failed where a manifest to tag is missing',
    ['tag: refuses a manifest that is not there with kit-not-found'],
    ({ right, context }) => ({
      tag: (descriptor, repository, tag) =>
        right.tag(descriptor, repository, tag).catch(() => {
          context.signal.throwIfAborted();
          throw new KitwrightError('plugin-failed', 'ENOENT');
        }),
    }),
  ),
  wrongMemory(
    'accepts a missing manifest without a tag',
    ['tag: refuses a manifest that is not there with kit-not-found'],
    ({ right }) => ({
      tag: async (descriptor, repository, tag) => {
        if (tag !== undefined) await right.tag(descriptor, repository, tag);
      },
    }),
  ),
  wrongMemory(
    'moves no tag',
    [
      'tag: moves, and the kit that had it keeps its content',
      'tag: names the old kit or the new one while it moves',
      'reopened: sees where a tag was moved meanwhile',
      'delete: leaves what another kit needs, and a tag that names another one by now',
    ],
    ({ right, shelf }) => ({
      tag: async (descriptor, repository, tag) => {
        if (tag === undefined || !shelf.tags.has(tag)) await right.tag(descriptor, repository, tag);
      },
    }),
  ),
  wrongMemory(
    'refuses a tag that is there',
    [
      'tag: moves, and the kit that had it keeps its content',
      'tag: a manifest may have many, and each of them twice',
      'tag: names the old kit or the new one while it moves',
      'reopened: sees where a tag was moved meanwhile',
      'tags: lists each tag once, also when there are many',
      'delete: leaves what another kit needs, and a tag that names another one by now',
    ],
    ({ right, shelf }) => ({
      tag: async (descriptor, repository, tag) => {
        if (tag !== undefined && shelf.tags.has(tag)) throw new Error('It exists.');
        await right.tag(descriptor, repository, tag);
      },
    }),
  ),
  wrongMemory(
    'has one tag for a manifest',
    [
      'tag: a manifest may have many, and each of them twice',
      'tag: several at once are all kept',
      'tag: takes every name that a tag can have',
      'reopened: tags that two give at once are both kept',
      'tags: lists each tag once, also when there are many',
      'untag: takes one tag away and leaves the kit',
    ],
    ({ right, shelf }) => ({
      tag: async (descriptor, repository, tag) => {
        await right.tag(descriptor, repository, tag);
        for (const [other, { digest }] of shelf.tags)
          if (tag !== undefined && other !== tag && digest === descriptor.digest) shelf.tags.delete(other);
      },
    }),
  ),
  wrongMemory(
    'removes the kit that had the tag',
    [
      'tag: moves, and the kit that had it keeps its content',
      'delete: leaves what another kit needs, and a tag that names another one by now',
    ],
    ({ right, shelf }) => ({
      tag: async (descriptor, repository, tag) => {
        const before = tag === undefined ? undefined : shelf.tags.get(tag);
        await right.tag(descriptor, repository, tag);
        if (before && before.digest !== descriptor.digest)
          for (const digest of layersOf(shelf.blobs.get(before.digest)?.bytes)) shelf.blobs.delete(digest);
      },
    }),
  ),
  wrongMemory(
    'takes a tag away before it moves it',
    ['tag: names the old kit or the new one while it moves'],
    ({ right, shelf }) => ({
      tag: async (descriptor, repository, tag) => {
        if ((await right.exists(descriptor)) && repository === 'localhost/conformance' && tag) shelf.tags.delete(tag);
        await setImmediate();
        await right.tag(descriptor, repository, tag);
      },
    }),
  ),
  wrongMemory(
    'loses tags that are given at once',
    ['tag: several at once are all kept', 'reopened: tags that two give at once are both kept'],
    ({ right, shelf }) => ({
      tag: async (descriptor, repository, tag) => {
        const all = new Map(shelf.tags);
        await setImmediate();
        await right.tag(descriptor, repository, tag);
        if (tag !== undefined) all.set(tag, shelf.tags.get(tag) as Descriptor);
        shelf.tags.clear();
        for (const [name, named] of all) shelf.tags.set(name, named);
      },
    }),
  ),
  wrongMemory(
    'gives tags some time later',
    [
      'exists, fetch, resolve: find what came after they were asked',
      'push, tag: leave what they are given as it is',
      'resolve: gives media type, digest and size of a tag',
      'resolve: gives the media type of an index too',
      'resolve: what it gave may be changed',
      'tag: moves, and the kit that had it keeps its content',
      'tag: a manifest may have many, and each of them twice',
      'tag: several at once are all kept',
      'tag: names the old kit or the new one while it moves',
      'tag: capital letters make another one',
      'tag: takes every name that a tag can have',
      'repository: two have a tag of the same name each',
      'reopened: the kit is there, with its name',
      'reopened: sees where a tag was moved meanwhile',
      'reopened: tags that two give at once are both kept',
      'tags: lists each tag once, also when there are many',
      'tags: lists none of another repository',
      'findTags: gives those that are there',
      'untag: takes one tag away and leaves the kit',
      'delete: takes a manifest away with all its tags, and no other',
      'delete: leaves what another kit needs, and a tag that names another one by now',
    ],
    ({ right }) => ({
      tag: async (descriptor, repository, tag) => {
        await right.tag(descriptor, repository, undefined);
        void setImmediate()
          .then(() => right.tag(descriptor, repository, tag))
          .catch(() => undefined);
      },
    }),
  ),
  wrongMemory('takes a path for a tag', ['tag: a text that is none moves no other tag'], ({ right }) => ({
    tag: (descriptor, repository, tag) => right.tag(descriptor, repository, tag && normal(tag)),
    resolve: (repository, reference) => right.resolve(repository, normal(reference)),
  })),
  wrongMemory(
    'refuses tags that a file cannot have as its name',
    ['tag: takes every name that a tag can have'],
    ({ right }) => ({
      tag: async (descriptor, repository, tag) => {
        if (tag && /^CON$/.test(tag)) throw new Error('EINVAL');
        await right.tag(descriptor, repository, tag);
      },
    }),
  ),
  wrongMemory(
    'cuts long tags',
    ['tag: takes every name that a tag can have', 'findTags: gives those that are there'],
    ({ right }) => ({
      tag: (descriptor, repository, tag) => right.tag(descriptor, repository, tag?.slice(0, 64)),
    }),
  ),
  wrongMemory(
    'mixes up its repositories',
    [
      'repository: a tag of another one is none here',
      'repository: two have a tag of the same name each',
      'tags: lists none of another repository',
    ],
    ({ right, place }) => ({
      tag: async (descriptor, repository, tag) => {
        await right.tag(descriptor, repository, tag);
        const other = place(repository.endsWith('-other') ? repository.slice(0, -6) : `${repository}-other`);
        if (tag !== undefined) other.tags.set(tag, { ...descriptor });
      },
    }),
  ),
  wrongMemory(
    'claims to be complete',
    ['complete: a manifest whose blobs are missing is refused'],
    ({ right, shelf, context }) => ({
      push: async (descriptor, content) => {
        const parts: Buffer[] = [];
        const { signal } = context;
        if (!descriptor.mediaType.includes('manifest')) return right.push(descriptor, content);
        signal.throwIfAborted();
        await content.read({ start: 0, end: descriptor.size }, (block) => void parts.push(Buffer.from(block)));
        const bytes = Buffer.concat(parts);
        if (digestOf(bytes) !== descriptor.digest) throw new Error('Other bytes.');
        const { mediaType, digest, size } = descriptor;
        shelf.blobs.set(digest, { descriptor: { mediaType, digest, size }, bytes });
      },
    }),
  ),
  wrongMemory(
    'resolves after the signal',
    ['abort: nothing begins after the signal', 'abort: the signal ends what has begun'],
    ({ shelf, right, context }) => ({
      resolve: async (repository, reference) =>
        context.signal.aborted ? shelf.tags.get(reference) : right.resolve(repository, reference),
    }),
  ),
  wrongMemory(
    'tags after the signal',
    ['abort: nothing begins after the signal', 'abort: no tag is given after the signal'],
    ({ shelf, right, context }) => ({
      tag: async (descriptor, repository, tag) => {
        if (context.signal.aborted) return void shelf.tags.set(tag ?? '', descriptor);
        await right.tag(descriptor, repository, tag);
      },
    }),
  ),
];

function normal(path: string): string {
  return path.includes('/') ? new URL(path, 'file:///').pathname.slice(1) : path;
}

function layersOf(bytes: Buffer | undefined): readonly string[] {
  const { layers = [] } = bytes ? JSON.parse(bytes.toString()) : {};
  return layers.map(({ digest }: Descriptor) => digest);
}
