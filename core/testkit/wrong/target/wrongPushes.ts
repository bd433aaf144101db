import { type Content, type Descriptor, digestOf } from '@kitwright/core/plugin';
import type { MakeTarget } from '../../target/MadeTarget.ts';
import type { Wrong } from '../testWrong.ts';
import { bytesOf, contentOf, keep, readHeeding } from './bytesOf.ts';
import { wrongMemory } from './wrongMemory.ts';

/** What is wrong with the work of a push. */
export const wrongPushes: readonly Wrong<MakeTarget>[] = [
  wrongMemory(
    'shows what is half sent',
    [
      'push: one that fails does no harm to another one of the same blob',
      'push: what is half sent is nowhere to be seen',
      'push: what is half sent is nowhere to be seen for others',
      'tag: is not there before its manifest is',
    ],
    ({ right, shelf, context }) => ({
      push: async (descriptor, content) => {
        if (await right.exists(descriptor)) return;
        const parts: Buffer[] = [];
        try {
          await readHeeding(content, descriptor, context, (block) => {
            parts.push(Buffer.from(block));
            keep(shelf, descriptor, Buffer.concat(parts));
          });
        } finally {
          shelf.blobs.delete(descriptor.digest);
        }
        await right.push(descriptor, contentOf(Buffer.concat(parts)));
      },
    }),
  ),
  wrongMemory(
    'leaves what was half sent when its content failed',
    [
      'push: one that fails does no harm to another one of the same blob',
      'push: ends with the error of its content, and asks for no more',
      'push: succeeds after one that broke off',
      'push: succeeds after one that broke off in another process',
      'abort: what broke off is nowhere to be seen for others',
    ],
    ({ right, shelf, context }) => ({
      push: async (descriptor, content) => {
        const parts: Buffer[] = [];
        const read = readHeeding(content, descriptor, context, (block) => void parts.push(Buffer.from(block)));
        await read.catch((error: unknown) => {
          if (parts.length) keep(shelf, descriptor, Buffer.concat(parts));
          throw error;
        });
        await right.push(descriptor, contentOf(Buffer.concat(parts)));
      },
    }),
  ),
  wrongMemory(
    'swallows the error of its content',
    ['push: ends with the error of its content, and asks for no more'],
    ({ right }) => ({
      push: (descriptor, content) =>
        right.push(descriptor, { read: (range, take) => content.read(range, take).catch(() => undefined) }),
    }),
  ),
  wrongMemory(
    'reads on when its content failed',
    ['push: ends with the error of its content, and asks for no more'],
    ({ right }) => ({
      push: (descriptor, content) =>
        right.push(descriptor, {
          read: (range, take) =>
            content.read(range, take).catch((error: unknown) => {
              setImmediate(() => content.read(range, () => undefined).catch(() => undefined));
              throw error;
            }),
        }),
    }),
  ),
  wrongMemory(
    'loses the error of its content',
    [
      'push: ends with the error of its content, and asks for no more',
      'abort: nothing begins after the signal',
      'abort: the signal ends what has begun',
      'abort: a push asks its content for no more',
    ],
    ({ right }) => ({
      push: (descriptor, content) =>
        right.push(descriptor, content).catch(() => Promise.reject(new Error('The push failed.'))),
    }),
  ),
  wrongMemory(
    'refuses an empty blob',
    [
      'fetch: an empty blob has no bytes',
      'push: takes an empty blob, and empty blocks',
      'read: gives nothing of an empty range, of an empty blob, and above 4 GiB',
    ],
    ({ right }) => ({
      push: async (descriptor, content) => {
        if (descriptor.size === 0) throw new Error('There is nothing to store.');
        await right.push(descriptor, content);
      },
    }),
  ),
  wrongMemory('refuses an empty block', ['push: takes an empty blob, and empty blocks'], ({ right }) => ({
    push: (descriptor, content) =>
      right.push(descriptor, {
        read: (range, take) =>
          content.read(range, (block) => {
            if (block.byteLength === 0 && descriptor.size > 0) throw new Error('It ended early.');
            return take(block);
          }),
      }),
  })),
  wrongMemory(
    'refuses what is there',
    [
      'push: does nothing the second time',
      'delete: what was removed can be pushed again',
      'mount: a blob is there if it says so, else it can be pushed',
      'pushEarly: a blob is there when it is finished, and not before',
      'leaks: no listener is left at the signal, nor at the process',
    ],
    ({ right }) => ({
      push: async (descriptor, content) => {
        if (await right.exists(descriptor)) throw new Error('It exists.');
        await right.push(descriptor, content);
      },
    }),
  ),
  wrongMemory(
    'replaces what is there before it knows the new bytes',
    ['push: wrong bytes do no harm to what is there'],
    ({ right, shelf }) => ({
      push: async (descriptor, content) => {
        shelf.blobs.delete(descriptor.digest);
        await right.push(descriptor, content);
      },
    }),
  ),
  wrongMemory(
    'gives two pushes of one blob the same place',
    [
      'push: takes one blob twice at once',
      'push: one that fails does no harm to another one of the same blob',
      'push: succeeds after one that broke off',
      'push: succeeds after one that broke off in another process',
    ],
    ({ right, place, context }) => ({
      push: async (descriptor, content) => {
        if (await right.exists(descriptor)) return;
        const parts = shared(place, descriptor.digest);
        await readHeeding(content, descriptor, context, (block) => void parts.push(Buffer.from(block)));
        await right.push(descriptor, contentOf(Buffer.concat(parts.splice(0))));
      },
    }),
  ),
  wrongMemory(
    'resolves while another one still sends the same',
    [
      'push: waits for another one that sends the same',
      'push: one that fails does no harm to another one of the same blob',
    ],
    ({ right }) => {
      const sending = new Set<string>();
      return {
        push: async (descriptor, content) => {
          if (sending.has(descriptor.digest)) return;
          sending.add(descriptor.digest);
          await right.push(descriptor, content).finally(() => sending.delete(descriptor.digest));
        },
      };
    },
  ),
  wrongMemory(
    'fails where another one that sends the same does',
    ['push: one that fails does no harm to another one of the same blob'],
    ({ right }) => {
      const sending = new Map<string, Promise<void>>();
      return {
        push: async (descriptor, content) => {
          const pushed = sending.get(descriptor.digest) ?? right.push(descriptor, content);
          sending.set(descriptor.digest, pushed);
          await pushed.finally(() => sending.delete(descriptor.digest));
        },
      };
    },
  ),
  wrongMemory(
    'resolves before it has stored',
    [
      'push: copies what it keeps of a block, whose memory is used again',
      'push: takes blocks of any size',
      'push: takes an empty blob, and empty blocks',
      'push: has it when it resolves',
      'push: has it when it resolves, for others too',
      'push: waits for another one that sends the same',
      'push: asks its content for what is in it, and for nothing when it has ended',
      'push: takes many blobs at once',
      'push: takes one blob twice at once',
      'push: one that fails does no harm to another one of the same blob',
      'push, tag: leave what they are given as it is',
      'push: keeps the bytes that it verified, if its content changes',
      'push: succeeds after one that broke off',
      'push: succeeds after one that broke off in another process',
      'repository: two have a tag of the same name each',
      'tags: lists none of another repository',
    ],
    ({ right, context }) => ({
      push: async (descriptor, content) => {
        const bytes = await bytesOf(content, descriptor, context);
        if (bytes.byteLength !== descriptor.size || digestOf(bytes) !== descriptor.digest)
          throw new Error('Other bytes.');
        setImmediate(() => right.push(descriptor, contentOf(bytes)).catch(() => undefined));
      },
    }),
  ),
  wrongMemory(
    'stores some time later, and answers from memory until then',
    [
      'push: copies what it keeps of a block, whose memory is used again',
      'push: takes blocks of any size',
      'push: has it when it resolves',
      'push: has it when it resolves, for others too',
      'push: asks its content for what is in it, and for nothing when it has ended',
      'push: takes many blobs at once',
      'push: takes one blob twice at once',
      'push: one that fails does no harm to another one of the same blob',
      'push, tag: leave what they are given as it is',
      'push: keeps the bytes that it verified, if its content changes',
      'push: succeeds after one that broke off',
      'push: succeeds after one that broke off in another process',
      'complete: a manifest whose blobs are missing is refused',
      'repository: two have a tag of the same name each',
      'tags: lists none of another repository',
      'delete: takes a manifest away with all its tags, and no other',
    ],
    ({ right, context }) => {
      const written = new Map<string, Descriptor>();
      return {
        push: async (descriptor, content) => {
          const bytes = await bytesOf(content, descriptor, context);
          if (bytes.byteLength !== descriptor.size || digestOf(bytes) !== descriptor.digest)
            throw new Error('Other bytes.');
          written.set(descriptor.digest, descriptor);
          setImmediate(() => right.push(descriptor, contentOf(bytes)).catch(() => undefined));
        },
        exists: async (descriptor) =>
          (await right.exists(descriptor)) || written.get(descriptor.digest)?.size === descriptor.size,
      };
    },
  ),
  wrongMemory(
    'reads its content only when it is fetched',
    ['push: asks its content for what is in it, and for nothing when it has ended'],
    ({ right }) => {
      const later = new Map<string, Content>();
      return {
        push: async (descriptor, content) => {
          await right.push(descriptor, content);
          later.set(descriptor.digest, content);
        },
        async *fetch(descriptor, range) {
          await later.get(descriptor.digest)?.read({ start: 0, end: 0 }, () => undefined);
          yield* right.fetch(descriptor, range);
        },
      };
    },
  ),
  wrongMemory(
    'asks its content for more than there is',
    [
      'push: copies what it keeps of a block, whose memory is used again',
      'push: asks its content for what is in it, and for nothing when it has ended',
      'push: takes many blobs at once',
    ],
    ({ right }) => ({
      push: (descriptor, content) =>
        right.push(descriptor, { read: ({ start, end }, take) => content.read({ start, end: end + 1 }, take) }),
    }),
  ),
  wrongMemory(
    'changes the descriptor that it is given',
    ['push, tag: leave what they are given as it is'],
    ({ right }) => ({
      push: async (descriptor, content) => {
        Object.assign(descriptor, { annotations: { stored: 'here' } });
        await right.push(descriptor, content);
      },
    }),
  ),
  wrongMemory(
    'rewrites the JSON of manifests',
    ['fetch: gives a manifest byte by byte as it was pushed'],
    ({ right, shelf }) => ({
      push: async (descriptor, content) => {
        await right.push(descriptor, content);
        const kept = shelf.blobs.get(descriptor.digest);
        if (kept && descriptor.mediaType.includes('manifest'))
          keep(shelf, descriptor, Buffer.from(JSON.stringify(JSON.parse(kept.bytes.toString()))));
      },
    }),
  ),
];

const parts = new WeakMap<object, Map<string, Buffer[]>>();

function shared(place: object, digest: string): Buffer[] {
  const own = parts.get(place) ?? new Map<string, Buffer[]>();
  parts.set(place, own);
  const found = own.get(digest) ?? [];
  own.set(digest, found);
  return found;
}
