import { type Descriptor, KitwrightError } from '@kitwright/core/plugin';
import type { MakeTarget } from '../../target/MadeTarget.ts';
import type { Wrong } from '../testWrong.ts';
import { wrongMemory } from './wrongMemory.ts';

/** What is wrong with `resolve`. */
export const wrongResolves: readonly Wrong<MakeTarget>[] = [
  wrongMemory(
    'resolves to the size 0',
    [
      'push, tag: leave what they are given as it is',
      'resolve: gives media type, digest and size of a tag',
      'resolve: gives the media type of an index too',
      'resolve: finds a manifest by its digest, with a tag or without',
      'resolve: what it gave may be changed',
      'tag: gives no manifest another size than it has',
    ],
    ({ right }) => ({
      resolve: async (repository, reference) => changed(await right.resolve(repository, reference), { size: 0 }),
    }),
  ),
  wrongMemory(
    'resolves to the media type of a manifest, always',
    ['resolve: gives the media type of an index too'],
    ({ right }) => ({
      resolve: async (repository, reference) =>
        changed(await right.resolve(repository, reference), {
          mediaType: 'application/vnd.oci.image.manifest.v1+json',
        }),
    }),
  ),
  wrongMemory(
    'resolves digests to no media type',
    ['resolve: finds a manifest by its digest, with a tag or without'],
    ({ right }) => ({
      resolve: async (repository, reference) => {
        const found = await right.resolve(repository, reference);
        return reference.includes(':') ? changed(found, { mediaType: 'application/octet-stream' }) : found;
      },
    }),
  ),
  wrongMemory(
    'resolves no digests',
    [
      'exists, fetch, resolve: find what came after they were asked',
      'resolve: finds a manifest by its digest, with a tag or without',
      'untag: takes one tag away and leaves the kit',
    ],
    ({ right }) => ({
      resolve: async (repository, reference) =>
        reference.includes(':') ? undefined : right.resolve(repository, reference),
    }),
  ),
  wrongMemory(
    'resolves the digests of layers',
    ['resolve: finds manifests and indexes, and no layer'],
    ({ right, place }) => ({
      resolve: async (repository, reference) =>
        (await right.resolve(repository, reference)) ?? place(repository).blobs.get(reference)?.descriptor,
    }),
  ),
  wrongMemory(
    'resolves any digest without looking',
    [
      'exists, fetch, resolve: find what came after they were asked',
      'push: what is half sent is nowhere to be seen',
      'push: what is half sent is nowhere to be seen for others',
      'push: ends with the error of its content, and asks for no more',
      'abort: what broke off is nowhere to be seen for others',
      'resolve: gives undefined for what is not there',
      'resolve: finds manifests and indexes, and no layer',
      'tag: refuses a manifest that is not there with kit-not-found',
      'repository: two have a tag of the same name each',
      'delete: takes a manifest away with all its tags, and no other',
    ],
    ({ right }) => ({
      resolve: async (repository, reference) =>
        (await right.resolve(repository, reference)) ??
        (reference.includes(':')
          ? {
              mediaType: 'application/vnd.oci.image.manifest.v1+json',
              digest: reference as Descriptor['digest'],
              size: 2,
            }
          : undefined),
    }),
  ),
  wrongMemory(
    'resolves the digests of other repositories',
    ['repository: two have a tag of the same name each'],
    ({ right, context }) => ({
      resolve: async (repository, reference) => {
        context.signal.throwIfAborted();
        const names = [repository, 'localhost/conformance', 'localhost/conformance-other'];
        const found = await Promise.all(names.map((name) => right.resolve(name, reference)));
        return reference.includes(':') ? found.find((each) => each !== undefined) : found[0];
      },
    }),
  ),
  wrongMemory(
    'resolves tags by their beginning',
    ['resolve: gives undefined for what is not there', 'repository: a tag of another one is none here'],
    ({ right, shelf }) => ({
      resolve: async (repository, reference) =>
        (await right.resolve(repository, reference)) ??
        [...shelf.tags].find(([tag]) => reference.length > 0 && tag.startsWith(reference))?.[1],
    }),
  ),
  wrongMemory('takes capital letters for small ones', ['tag: capital letters make another one'], ({ right }) => ({
    resolve: (repository, reference) => right.resolve(repository, reference.toLowerCase()),
    tag: (descriptor, repository, tag) => right.tag(descriptor, repository, tag?.toLowerCase()),
  })),
  wrongMemory(
    'keeps tags in an object with a prototype',
    [
      'resolve: gives undefined for what is not there',
      'repository: a tag of another one is none here',
      'untag: takes one tag away and leaves the kit',
      'delete: takes a manifest away with all its tags, and no other',
    ],
    ({ right }) => {
      const tags: Record<string, Descriptor> = {};
      return {
        tag: async (descriptor, repository, tag) => {
          await right.tag(descriptor, repository, tag);
          if (tag !== undefined) tags[tag] = descriptor;
        },
        resolve: async (repository, reference) =>
          (await right.resolve(repository, reference)) ?? (reference.includes(':') ? undefined : tags[reference]),
      };
    },
  ),
  wrongMemory(
    'rejects for a tag that is not there',
    [
      'exists, fetch, resolve: find what came after they were asked',
      'push: what is half sent is nowhere to be seen',
      'push: what is half sent is nowhere to be seen for others',
      'push: ends with the error of its content, and asks for no more',
      'resolve: gives undefined for what is not there',
      'resolve: finds manifests and indexes, and no layer',
      'tag: gives no manifest another size than it has',
      'tag: refuses a manifest that is not there with kit-not-found',
      'tag: is not there before its manifest is',
      'repository: a tag of another one is none here',
      'repository: two have a tag of the same name each',
      'untag: takes one tag away and leaves the kit',
      'delete: takes a manifest away with all its tags, and no other',
      'swapTag: refuses a manifest that is not there',
    ],
    ({ right }) => ({
      resolve: async (repository, reference) => {
        const found = await right.resolve(repository, reference);
        if (!found) throw new KitwrightError('kit-not-found', `There is no ${reference}.`);
        return found;
      },
    }),
  ),
  wrongMemory(
    'gives null for a tag that is not there',
    [
      'exists, fetch, resolve: find what came after they were asked',
      'push: what is half sent is nowhere to be seen',
      'push: what is half sent is nowhere to be seen for others',
      'push: ends with the error of its content, and asks for no more',
      'abort: what broke off is nowhere to be seen for others',
      'abort: no tag is given after the signal',
      'resolve: gives undefined for what is not there',
      'resolve: finds manifests and indexes, and no layer',
      'tag: refuses a manifest that is not there with kit-not-found',
      'tag: is not there before its manifest is',
      'repository: a tag of another one is none here',
      'repository: two have a tag of the same name each',
      'untag: takes one tag away and leaves the kit',
      'delete: takes a manifest away with all its tags, and no other',
      'swapTag: refuses a manifest that is not there',
    ],
    ({ right }) => ({
      resolve: async (repository, reference) =>
        (await right.resolve(repository, reference)) ?? (null as unknown as undefined),
    }),
  ),
  wrongMemory(
    'remembers where a tag led',
    [
      'resolve: what it gave may be changed',
      'reopened: sees where a tag was moved meanwhile',
      'swapTag: moves a tag that names what it should, and says what it did',
      'swapTag: of many at once one succeeds',
    ],
    ({ right }) => {
      const seen = new Map<string, Descriptor | undefined>();
      return {
        resolve: async (repository, reference) => {
          const key = `${repository} ${reference}`;
          const found = seen.get(key) ?? (await right.resolve(repository, reference));
          seen.set(key, found);
          return found;
        },
      };
    },
  ),
  wrongMemory(
    'remembers where a tag led until it tags itself',
    ['resolve: what it gave may be changed', 'reopened: sees where a tag was moved meanwhile'],
    ({ right }) => {
      const seen = new Map<string, Descriptor>();
      return {
        resolve: async (repository, reference) => {
          const found = seen.get(`${repository} ${reference}`) ?? (await right.resolve(repository, reference));
          if (found) seen.set(`${repository} ${reference}`, found);
          return found;
        },
        tag: (descriptor, repository, tag) => right.tag(descriptor, repository, tag).finally(() => seen.clear()),
        untag: (tag) => right.untag(tag).finally(() => seen.clear()),
        delete: (descriptor) => right.delete(descriptor).finally(() => seen.clear()),
        swapTag: (...given) => right.swapTag(...given).finally(() => seen.clear()),
      };
    },
  ),
  wrongMemory('gives away the object that it keeps', ['resolve: what it gave may be changed'], ({ right, shelf }) => {
    const kept = new Map<string, Descriptor>();
    return {
      resolve: async (repository, reference) => {
        const found = await right.resolve(repository, reference);
        const own = found && (kept.get(found.digest) ?? { ...found });
        if (own && shelf) kept.set(own.digest, own);
        return own;
      },
    };
  }),
];

function changed(found: Descriptor | undefined, fields: Partial<Descriptor>): Descriptor | undefined {
  return found && { ...found, ...fields };
}
