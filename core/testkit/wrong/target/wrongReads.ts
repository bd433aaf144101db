import { type Descriptor, KitwrightError } from '@kitwright/core/plugin';
import type { MakeTarget } from '../../target/MadeTarget.ts';
import type { Wrong } from '../testWrong.ts';
import { wrongMemory } from './wrongMemory.ts';

/** What is wrong with `exists` and `read`. */
export const wrongReads: readonly Wrong<MakeTarget>[] = [
  wrongMemory(
    'says that everything exists',
    [
      'exists: knows nothing of what was not',
      'exists, fetch, resolve: find what came after they were asked',
      'exists: compares the whole digest',
      'exists: compares the size, also above 4 GiB',
      'push: refuses other bytes of the same size, and does not keep them',
      'push: refuses a content that ends early, also of more than 4 GiB',
      'push: keeps nothing of a content after its size',
      'push: verifies all of a content of several MiB',
      'push: what is half sent is nowhere to be seen',
      'push: what is half sent is nowhere to be seen for others',
      'push: ends with the error of its content, and asks for no more',
      'abort: nothing begins after the signal',
      'abort: what broke off is nowhere to be seen for others',
      'complete: a manifest whose blobs are missing is refused',
      'delete: takes a manifest away with all its tags, and no other',
      'mount: a blob is there if it says so, else it can be pushed',
      'pushEarly: a blob is there when it is finished, and not before',
      'pushEarly: refuses a digest that is not that of the bytes',
      'pushEarly: asks for no more when it is abandoned',
      'pushEarly: finish fails if the content did',
    ],
    () => ({ exists: async () => true }),
  ),
  wrongMemory(
    'says that nothing exists',
    [
      'exists: knows what was pushed',
      'exists, fetch, resolve: find what came after they were asked',
      'exists, fetch: go by digest and size, whatever else a descriptor says',
      'push: takes an empty blob, and empty blocks',
      'push: has it when it resolves',
      'push: has it when it resolves, for others too',
      'push: waits for another one that sends the same',
      'push: wrong bytes do no harm to what is there',
      'abort: nothing begins after the signal',
      'untag: takes one tag away and leaves the kit',
      'delete: what was removed can be pushed again',
      'pushEarly: a blob is there when it is finished, and not before',
    ],
    () => ({ exists: async () => false }),
  ),
  wrongMemory('looks for the digest alone', ['exists: compares the size, also above 4 GiB'], ({ shelf, context }) => ({
    exists: async ({ digest }) => {
      context.signal.throwIfAborted();
      return shelf.blobs.has(digest);
    },
  })),
  wrongMemory('looks for the size in 32 bits', ['exists: compares the size, also above 4 GiB'], ({ right }) => ({
    exists: (descriptor) => right.exists({ ...descriptor, size: descriptor.size % 2 ** 32 }),
  })),
  wrongMemory('looks for the first half of the digest', ['exists: compares the whole digest'], ({ right, shelf }) => ({
    exists: async (descriptor) => {
      const near = [...shelf.blobs.keys()].find((digest) => digest.slice(0, 39) === descriptor.digest.slice(0, 39));
      return right.exists({ ...descriptor, digest: (near ?? descriptor.digest) as Descriptor['digest'] });
    },
  })),
  wrongMemory(
    'looks for the media type too',
    ['exists, fetch: go by digest and size, whatever else a descriptor says'],
    ({ right, shelf }) => ({
      exists: async (descriptor) =>
        (await right.exists(descriptor)) &&
        shelf.blobs.get(descriptor.digest)?.descriptor.mediaType === descriptor.mediaType,
    }),
  ),
  wrongMemory(
    'rejects where something does not exist',
    [
      'exists: knows nothing of what was not',
      'exists, fetch, resolve: find what came after they were asked',
      'exists: compares the whole digest',
      'exists: compares the size, also above 4 GiB',
      'push: refuses other bytes of the same size, and does not keep them',
      'push: refuses a content that ends early, also of more than 4 GiB',
      'push: keeps nothing of a content after its size',
      'push: verifies all of a content of several MiB',
      'push: what is half sent is nowhere to be seen',
      'push: what is half sent is nowhere to be seen for others',
      'push: ends with the error of its content, and asks for no more',
      'abort: nothing begins after the signal',
      'abort: the signal ends what has begun',
      'abort: a push asks its content for no more',
      'abort: a stream ends',
      'abort: what broke off is nowhere to be seen for others',
      'abort: no tag is given after the signal',
      'complete: a manifest whose blobs are missing is refused',
      'delete: takes a manifest away with all its tags, and no other',
      'mount: a blob is there if it says so, else it can be pushed',
      'pushEarly: a blob is there when it is finished, and not before',
      'pushEarly: refuses a digest that is not that of the bytes',
      'pushEarly: asks for no more when it is abandoned',
      'pushEarly: finish fails if the content did',
    ],
    ({ right }) => ({
      exists: async (descriptor) => {
        if (await right.exists(descriptor)) return true;
        throw new KitwrightError('kit-not-found', 'It does not exist.');
      },
    }),
  ),
  wrongMemory(
    'reads the next block before the last one was taken',
    ['read: leaves a block alone, and gives no other, until it was taken', 'read: ends with what the receiver throws'],
    ({ right }) => ({
      read: async (descriptor, range, take) => {
        const taken: unknown[] = [];
        await right.read(descriptor, range, (block) => void taken.push(take(block)));
        await Promise.all(taken);
      },
    }),
  ),
  wrongMemory(
    'reads into memory that is not taken yet',
    ['read: leaves a block alone, and gives no other, until it was taken'],
    ({ right }) => ({
      read: async (descriptor, range, take) => {
        const memory = Buffer.alloc(65_536);
        await right.read(descriptor, range, async (block) => {
          memory.set(block);
          const taken = take(memory.subarray(0, block.byteLength));
          memory.fill(0);
          await taken;
        });
      },
    }),
  ),
  wrongMemory('reads on when the receiver threw', ['read: ends with what the receiver throws'], ({ right }) => ({
    read: async (descriptor, range, take) => {
      const failures: unknown[] = [];
      await right.read(descriptor, range, async (block) => {
        try {
          await take(block);
        } catch (error) {
          failures.push(error);
        }
      });
      if (failures.length) throw failures[0];
    },
  })),
  wrongMemory('swallows what the receiver throws', ['read: ends with what the receiver throws'], ({ right }) => ({
    read: async (descriptor, range, take) => {
      let failure: unknown;
      const stop = new Error('stop');
      const taking = async (block: Uint8Array) => {
        try {
          await take(block);
        } catch (error) {
          failure = error;
          throw stop;
        }
      };
      await right.read(descriptor, range, taking).catch((error: unknown) => {
        if (failure === undefined) throw error;
      });
    },
  })),
  wrongMemory('wraps what the receiver throws', ['read: ends with what the receiver throws'], ({ right }) => ({
    read: (descriptor, range, take) =>
      right.read(descriptor, range, async (block) => {
        try {
          await take(block);
        } catch (error) {
          throw new Error('The receiver failed.', { cause: error });
        }
      }),
  })),
  wrongMemory('ignores the range that it reads', ['read: gives the range that was asked for'], ({ right }) => ({
    read: (descriptor, { start, end }, take) =>
      right.read(descriptor, { start: 0, end: end > start ? descriptor.size : 0 }, take),
  })),
  wrongMemory(
    'reads at offsets of 32 bits',
    ['read: gives nothing of an empty range, of an empty blob, and above 4 GiB'],
    ({ right }) => ({
      read: (descriptor, { start, end }, take) =>
        right.read(sized(descriptor), { start: start % 2 ** 32, end: end % 2 ** 32 }, take),
    }),
  ),
  wrongMemory(
    'reads nothing of what is not there',
    ['read: says kit-not-found for what is not there'],
    ({ right }) => ({
      read: async (descriptor, range, take) => {
        if (await right.exists(descriptor)) await right.read(descriptor, range, take);
      },
    }),
  ),
];

/** With a size of 32 bits. */
function sized(descriptor: Descriptor): Descriptor {
  return { ...descriptor, size: descriptor.size % 2 ** 32 };
}
