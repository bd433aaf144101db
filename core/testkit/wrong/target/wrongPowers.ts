import { setImmediate } from 'node:timers/promises';
import { type Descriptor, digestOf, KitwrightError } from '@kitwright/core/plugin';
import type { MakeTarget } from '../../target/MadeTarget.ts';
import type { Wrong } from '../testWrong.ts';
import { notFound } from './createMemoryTarget.ts';
import { wrongMemory } from './wrongMemory.ts';

/** What is wrong with the optional powers. */
export const wrongPowers: readonly Wrong<MakeTarget>[] = [
  wrongMemory(
    'lists a tag for each time that it was given',
    ['tags: lists each tag once, also when there are many'],
    ({ right, shelf }) => {
      const given: string[] = [];
      return {
        tag: async (descriptor, repository, tag) => {
          await right.tag(descriptor, repository, tag);
          if (tag !== undefined) given.push(tag);
        },
        tags: async function* () {
          yield* given.filter((tag) => shelf.tags.has(tag));
        },
      };
    },
  ),
  wrongMemory(
    'lists digests as tags',
    [
      'tags: lists each tag once, also when there are many',
      'tags: lists none of another repository',
      'untag: takes one tag away and leaves the kit',
      'delete: takes a manifest away with all its tags, and no other',
    ],
    ({ shelf }) => ({
      tags: async function* () {
        yield* [
          ...shelf.tags.keys(),
          ...[...shelf.blobs.values()].filter(isManifest).map((kept) => kept.descriptor.digest),
        ];
      },
    }),
  ),
  wrongMemory('lists one page of tags', ['tags: lists each tag once, also when there are many'], ({ shelf }) => ({
    tags: async function* () {
      yield* [...shelf.tags.keys()].slice(0, 20);
    },
  })),
  wrongMemory(
    'lists the first page of tags for ever',
    [
      'tags: lists each tag once, also when there are many',
      'tags: lists none of another repository',
      'untag: takes one tag away and leaves the kit',
      'delete: takes a manifest away with all its tags, and no other',
    ],
    ({ shelf }) => ({
      tags: async function* () {
        while (shelf.tags.size) yield* shelf.tags.keys();
      },
    }),
  ),
  wrongMemory(
    'lists tags that are gone',
    ['untag: takes one tag away and leaves the kit', 'delete: takes a manifest away with all its tags, and no other'],
    ({ right }) => {
      const given = new Set<string>();
      return {
        tag: async (descriptor, repository, tag) => {
          await right.tag(descriptor, repository, tag);
          if (tag !== undefined) given.add(tag);
        },
        tags: async function* () {
          yield* given;
        },
      };
    },
  ),
  wrongMemory('lists the tags of all repositories', ['tags: lists none of another repository'], ({ place }) => ({
    tags: async function* () {
      const names = ['localhost/conformance', 'localhost/conformance-other'];
      yield* new Set(names.flatMap((name) => [...place(name).tags.keys()]));
    },
  })),
  wrongMemory('finds each tag that it is asked for', ['findTags: gives those that are there'], () => ({
    findTags: async (_, tags) => tags,
  })),
  wrongMemory('finds tags that it was not asked for', ['findTags: gives those that are there'], ({ shelf }) => ({
    findTags: async () => [...shelf.tags.keys()],
  })),
  wrongMemory(
    'lists the referrers of all subjects',
    ['referrers: lists what names a manifest as its subject', 'dropReferrer: takes one out of the list'],
    ({ shelf }) => ({
      referrers: async function* () {
        for (const kept of shelf.blobs.values())
          if (!shelf.dropped.has(kept.descriptor.digest) && kept.bytes.includes('"subject"')) yield kept.descriptor;
      },
    }),
  ),
  wrongMemory('lists no referrers of a type', ['referrers: lists all of an artifact type'], ({ right }) => ({
    referrers: async function* (descriptor, type) {
      if (type === undefined) yield* right.referrers(descriptor);
    },
  })),
  wrongMemory('lists one referrer of a type', ['referrers: lists all of an artifact type'], ({ right }) => ({
    referrers: async function* (descriptor, type) {
      for await (const each of right.referrers(descriptor)) {
        yield each;
        if (type !== undefined) return;
      }
    },
  })),
  wrongMemory(
    'lists each referrer twice',
    ['referrers: lists what names a manifest as its subject', 'dropReferrer: takes one out of the list'],
    ({ right }) => ({
      referrers: async function* (descriptor) {
        yield* right.referrers(descriptor);
        yield* right.referrers(descriptor);
      },
    }),
  ),
  wrongMemory('drops all referrers of a subject', ['dropReferrer: takes one out of the list'], ({ right, shelf }) => ({
    dropReferrer: async () => {
      for (const { descriptor } of shelf.blobs.values()) await right.dropReferrer(descriptor);
    },
  })),
  wrongMemory('drops no referrer', ['dropReferrer: takes one out of the list'], () => ({
    dropReferrer: async () => undefined,
  })),
  wrongMemory(
    'takes the kit away with a tag',
    ['untag: takes one tag away and leaves the kit'],
    ({ right, shelf }) => ({
      untag: async (tag) => {
        const named = shelf.tags.get(tag);
        await right.untag(tag);
        if (named && ![...shelf.tags.values()].some(({ digest }) => digest === named.digest))
          shelf.blobs.delete(named.digest);
      },
    }),
  ),
  wrongMemory(
    'takes all tags of a manifest away with one',
    ['untag: takes one tag away and leaves the kit'],
    ({ right, shelf }) => ({
      untag: async (tag) => {
        const named = shelf.tags.get(tag);
        await right.untag(tag);
        for (const [other, { digest }] of shelf.tags) if (digest === named?.digest) shelf.tags.delete(other);
      },
    }),
  ),
  wrongMemory(
    'says nothing of a tag that is not there',
    ['untag, delete: say kit-not-found for what is not there'],
    ({ right }) => ({
      untag: (tag) => right.untag(tag).catch(() => undefined),
    }),
  ),
  wrongMemory('deletes nothing', ['delete: takes a manifest away with all its tags, and no other'], ({ right }) => ({
    delete: async (descriptor) => {
      if (!(await right.exists(descriptor))) throw notFound(descriptor.digest);
    },
  })),
  wrongMemory(
    'leaves the tags of what it deletes',
    ['delete: takes a manifest away with all its tags, and no other'],
    ({ shelf }) => ({
      delete: async ({ digest }) => {
        if (!shelf.blobs.delete(digest)) throw notFound(digest);
      },
    }),
  ),
  wrongMemory(
    'deletes the layers that others need',
    ['delete: leaves what another kit needs, and a tag that names another one by now'],
    ({ right, shelf }) => ({
      delete: async (descriptor) => {
        const { layers = [] } = JSON.parse(shelf.blobs.get(descriptor.digest)?.bytes.toString() ?? '{}');
        await right.delete(descriptor);
        for (const { digest } of layers) shelf.blobs.delete(digest);
      },
    }),
  ),
  wrongMemory(
    'deletes all manifests',
    [
      'delete: takes a manifest away with all its tags, and no other',
      'delete: leaves what another kit needs, and a tag that names another one by now',
    ],
    ({ right, shelf }) => ({
      delete: async (descriptor) => {
        await right.delete(descriptor);
        for (const kept of shelf.blobs.values()) if (isManifest(kept)) await right.delete(kept.descriptor);
      },
    }),
  ),
  wrongMemory(
    'deletes tags that have moved away',
    ['delete: leaves what another kit needs, and a tag that names another one by now'],
    ({ right, shelf }) => {
      const had = new Map<string, Set<string>>();
      return {
        tag: async (descriptor, repository, tag) => {
          await right.tag(descriptor, repository, tag);
          if (tag !== undefined) had.set(descriptor.digest, (had.get(descriptor.digest) ?? new Set()).add(tag));
        },
        delete: async (descriptor) => {
          await right.delete(descriptor);
          for (const tag of had.get(descriptor.digest) ?? []) shelf.tags.delete(tag);
        },
      };
    },
  ),
  wrongMemory('never takes again what it deleted', ['delete: what was removed can be pushed again'], ({ right }) => {
    const deleted = new Set<string>();
    return {
      delete: async (descriptor) => {
        await right.delete(descriptor);
        deleted.add(descriptor.digest);
      },
      push: async (descriptor, content) => {
        if (!deleted.has(descriptor.digest)) await right.push(descriptor, content);
      },
    };
  }),
  wrongMemory(
    'swaps without looking',
    ['swapTag: moves a tag that names what it should, and says what it did', 'swapTag: of many at once one succeeds'],
    ({ right }) => ({
      swapTag: async (descriptor, repository, tag) => {
        await right.tag(descriptor, repository, tag);
        return true;
      },
    }),
  ),
  wrongMemory(
    'says that it swapped, and did not',
    ['swapTag: moves a tag that names what it should, and says what it did', 'swapTag: of many at once one succeeds'],
    ({ right, shelf }) => ({
      swapTag: async (descriptor, repository, tag, before) => {
        if (shelf.tags.has(tag)) return shelf.tags.get(tag)?.digest === before?.digest;
        return right.swapTag(descriptor, repository, tag, before);
      },
    }),
  ),
  wrongMemory('looks, and swaps some time later', ['swapTag: of many at once one succeeds'], ({ right, shelf }) => ({
    swapTag: async (descriptor, repository, tag, before) => {
      if (shelf.tags.get(tag)?.digest !== before?.digest) return false;
      await setImmediate();
      await right.tag(descriptor, repository, tag);
      return true;
    },
  })),
  wrongMemory(
    'throws where it cannot swap',
    ['swapTag: moves a tag that names what it should, and says what it did', 'swapTag: of many at once one succeeds'],
    ({ right }) => ({
      swapTag: async (...given) => {
        if (await right.swapTag(...given)) return true;
        throw new KitwrightError('remote-refused', 'The tag was moved.');
      },
    }),
  ),
  wrongMemory('swaps a tag to nothing', ['swapTag: refuses a manifest that is not there'], ({ shelf }) => ({
    swapTag: async ({ mediaType, digest, size }, _, tag, before) => {
      if (shelf.tags.get(tag)?.digest !== before?.digest) return false;
      shelf.tags.set(tag, { mediaType, digest, size });
      return true;
    },
  })),
  wrongMemory(
    'says that it mounted, and did not',
    ['mount: a blob is there if it says so, else it can be pushed'],
    () => ({ mount: async () => true }),
  ),
  wrongMemory(
    'mounts a blob without its bytes',
    ['mount: a blob is there if it says so, else it can be pushed'],
    ({ shelf }) => ({
      mount: async ({ mediaType, digest, size }) => {
        shelf.blobs.set(digest, { descriptor: { mediaType, digest, size }, bytes: Buffer.alloc(0) });
        return true;
      },
    }),
  ),
  wrongMemory(
    'finishes an early upload before its last byte',
    [
      'pushEarly: a blob is there when it is finished, and not before',
      'pushEarly: refuses a digest that is not that of the bytes',
      'pushEarly: finish waits for the last byte',
      'pushEarly: finish fails if the content did',
    ],
    ({ right, shelf }) => ({
      pushEarly: (size, key, content) => {
        const upload = right.pushEarly(size, key, content);
        return (
          upload && {
            ...upload,
            finish: async (descriptor: Descriptor) => {
              void upload.finish(descriptor).catch(() => shelf.blobs.delete(descriptor.digest));
            },
          }
        );
      },
    }),
  ),
  wrongMemory(
    'gives an early upload any digest',
    ['pushEarly: refuses a digest that is not that of the bytes'],
    ({ shelf }) => ({
      pushEarly: (size, _, content) => {
        const parts: Buffer[] = [];
        const read = content.read({ start: 0, end: size }, (block) => void parts.push(Buffer.from(block)));
        read.catch(() => undefined);
        return {
          finish: async ({ mediaType, digest }) => {
            await read;
            shelf.blobs.set(digest, { descriptor: { mediaType, digest, size }, bytes: Buffer.concat(parts) });
          },
          abandon: async () => undefined,
        };
      },
    }),
  ),
  wrongMemory(
    'keeps the blocks of an early upload',
    ['pushEarly: a blob is there when it is finished, and not before'],
    ({ right, shelf }) => ({
      pushEarly: (size, key, content) => {
        const blocks: Uint8Array[] = [];
        const upload = right.pushEarly(size, key, {
          read: (range, take) =>
            content.read(range, (block) => {
              blocks.push(block);
              return take(block);
            }),
        });
        return (
          upload && {
            ...upload,
            finish: async (descriptor: Descriptor) => {
              await upload.finish(descriptor);
              shelf.blobs.set(descriptor.digest, { descriptor, bytes: Buffer.concat(blocks) });
            },
          }
        );
      },
    }),
  ),
  wrongMemory(
    'keeps an upload that was abandoned',
    ['pushEarly: asks for no more when it is abandoned'],
    ({ shelf }) => ({
      pushEarly: (size, _, content) => {
        const parts: Buffer[] = [];
        const read = content.read({ start: 0, end: size }, (block) => void parts.push(Buffer.from(block)));
        read.catch(() => undefined);
        const finish = async (descriptor?: Descriptor) => {
          await read;
          const bytes = Buffer.concat(parts);
          const [mediaType, digest] = ['application/octet-stream', digestOf(bytes)];
          if (descriptor && descriptor.digest !== digest) throw new Error('Another digest.');
          shelf.blobs.set(digest, { descriptor: { mediaType, digest, size: bytes.byteLength }, bytes });
        };
        return { finish, abandon: () => finish() };
      },
    }),
  ),
  wrongMemory('locates other bytes', ['locate: finds the bytes of a blob on this machine'], ({ right }) => ({
    locate: (descriptor) => right.locate(descriptor) && [{ kind: 'inline', bytes: Buffer.alloc(descriptor.size) }],
  })),
  wrongMemory(
    'locates what is not there',
    [
      'push: what is half sent is nowhere to be seen',
      'push: what is half sent is nowhere to be seen for others',
      'push: ends with the error of its content, and asks for no more',
      'abort: what broke off is nowhere to be seen for others',
      'locate: finds the bytes of a blob on this machine',
    ],
    ({ right }) => ({
      locate: (descriptor) => right.locate(descriptor) ?? [],
    }),
  ),
];

function isManifest({ descriptor }: { readonly descriptor: Descriptor }): boolean {
  return descriptor.mediaType.includes('manifest');
}
