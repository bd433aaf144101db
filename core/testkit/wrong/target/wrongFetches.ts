import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type Descriptor, KitwrightError } from '@kitwright/core/plugin';
import type { MakeTarget } from '../../target/MadeTarget.ts';
import type { Wrong } from '../testWrong.ts';
import { wrongMemory } from './wrongMemory.ts';

/** What is wrong with `fetch`. */
export const wrongFetches: readonly Wrong<MakeTarget>[] = [
  wrongMemory(
    'ignores where a range begins',
    [
      'fetch: a range begins where it should, also far behind the first block',
      'fetch: many parts of a blob may be read at once',
    ],
    ({ right }) => ({
      fetch: (descriptor, range) => right.fetch(descriptor, range && { start: 0, end: range.end - range.start }),
    }),
  ),
  wrongMemory(
    'ignores where a range ends',
    [
      'fetch: a range ends where it should',
      'fetch: a range without bytes has none',
      'fetch: many parts of a blob may be read at once',
    ],
    ({ right }) => ({
      fetch: (descriptor, range) => right.fetch(descriptor, range && { start: range.start, end: descriptor.size }),
    }),
  ),
  wrongMemory(
    'takes the end of a range for the offset of its last byte',
    [
      'fetch: a range ends where it should',
      'fetch: a range without bytes has none',
      'fetch: many parts of a blob may be read at once',
    ],
    ({ right }) => ({
      fetch: (descriptor, range) => right.fetch(descriptor, range && { start: range.start, end: range.end + 1 }),
    }),
  ),
  wrongMemory(
    'has ranges only within the first MiB',
    [
      'fetch: a range begins where it should, also far behind the first block',
      'fetch: many parts of a blob may be read at once',
    ],
    ({ right }) => ({
      fetch: (descriptor, range) =>
        right.fetch(
          descriptor,
          range && { start: range.start % mebibyte, end: (range.start % mebibyte) + range.end - range.start },
        ),
    }),
  ),
  wrongMemory('gives the whole for an empty range', ['fetch: a range without bytes has none'], ({ right }) => ({
    fetch: (descriptor, range) => right.fetch(descriptor, range && range.end > range.start ? range : undefined),
  })),
  wrongMemory('has offsets of 32 bits', ['fetch: an offset above 4 GiB does not begin again at 0'], ({ right }) => ({
    fetch: (descriptor, range) =>
      right.fetch(sized(descriptor), range && { start: range.start % 2 ** 32, end: range.end % 2 ** 32 }),
  })),
  wrongMemory(
    'uses the memory of a block again',
    ['fetch: a block keeps its bytes when the next one comes'],
    ({ right }) => ({
      async *fetch(descriptor, range) {
        const memory = Buffer.alloc(64 * 1024);
        for await (const block of right.fetch(descriptor, range)) {
          memory.set(block);
          yield memory.subarray(0, block.byteLength);
        }
      },
    }),
  ),
  wrongMemory(
    'gives text instead of bytes',
    [
      'fetch: gives the bytes of a blob',
      'fetch: gives a manifest byte by byte as it was pushed',
      'fetch: gives all of a blob of several MiB',
      'fetch: a range begins where it should, also far behind the first block',
      'fetch: a range ends where it should',
      'fetch: many parts of a blob may be read at once',
      'fetch: a block keeps its bytes when the next one comes',
      'fetch: a stream may be left, and two may be read at once',
      'exists, fetch, resolve: find what came after they were asked',
      'exists, fetch: go by digest and size, whatever else a descriptor says',
      'push: copies what it keeps of a block, whose memory is used again',
      'push: takes blocks of any size',
      'push: has it when it resolves',
      'push: asks its content for what is in it, and for nothing when it has ended',
      'push: takes many blobs at once',
      'push: does nothing the second time',
      'push: wrong bytes do no harm to what is there',
      'push: takes one blob twice at once',
      'push: one that fails does no harm to another one of the same blob',
      'push: keeps the bytes that it verified, if its content changes',
      'push: takes the right bytes after it refused wrong ones',
      'push: succeeds after one that broke off',
      'push: succeeds after one that broke off in another process',
      'tag: moves, and the kit that had it keeps its content',
      'reopened: the kit is there, with its name',
      'untag: takes one tag away and leaves the kit',
      'delete: takes a manifest away with all its tags, and no other',
      'delete: leaves what another kit needs, and a tag that names another one by now',
      'delete: what was removed can be pushed again',
      'mount: a blob is there if it says so, else it can be pushed',
      'pushEarly: a blob is there when it is finished, and not before',
      'pushEarly: finish waits for the last byte',
      'leaks: no timer, socket, file or thread is left when it is disposed',
      'leaks: no listener is left at the signal, nor at the process',
    ],
    ({ right }) => ({
      async *fetch(descriptor, range) {
        for await (const block of right.fetch(descriptor, range)) yield block.toString('latin1') as unknown as Buffer;
      },
    }),
  ),
  wrongMemory(
    'has one position for all its streams',
    ['fetch: a stream may be left, and two may be read at once'],
    ({ right }) => {
      let position = 0;
      return {
        async *fetch(descriptor, { start, end } = { start: 0, end: descriptor.size }) {
          await right.read(descriptor, { start: 0, end: 0 }, () => undefined);
          position = start;
          while (position < end) {
            const [at, to] = [position, Math.min(position + mebibyte, end)];
            position = to;
            await setTimeout(0);
            yield* right.fetch(descriptor, { start: at, end: to });
          }
        },
      };
    },
  ),
  wrongMemory(
    'gives nothing for what is not there',
    [
      'fetch: says kit-not-found for what is not there',
      'push: refuses other bytes of the same size, and does not keep them',
      'push: refuses a content that ends early, also of more than 4 GiB',
      'push: verifies all of a content of several MiB',
      'push: what is half sent is nowhere to be seen',
      'push: what is half sent is nowhere to be seen for others',
      'push: ends with the error of its content, and asks for no more',
      'abort: what broke off is nowhere to be seen for others',
    ],
    ({ right }) => ({
      async *fetch(descriptor, range) {
        if (await right.exists(descriptor)) yield* right.fetch(descriptor, range);
      },
    }),
  ),
  wrongMemory(
    'has an error of its own for what is not there',
    ['fetch: says kit-not-found for what is not there'],
    ({ right }) => ({
      async *fetch(descriptor, range) {
        if (!(await right.exists(descriptor))) throw new KitwrightError('plugin-failed', 'ENOENT');
        yield* right.fetch(descriptor, range);
      },
    }),
  ),
  wrongMemory(
    'remembers what was not there',
    [
      'exists, fetch, resolve: find what came after they were asked',
      'pushEarly: a blob is there when it is finished, and not before',
    ],
    ({ right }) => {
      const missing = new Set<string>();
      return {
        exists: async (descriptor) => {
          if (!missing.has(descriptor.digest) && (await right.exists(descriptor))) return true;
          missing.add(descriptor.digest);
          return false;
        },
      };
    },
  ),
  wrongMemory(
    'leaves a file open when a stream is left',
    ['leaks: no timer, socket, file or thread is left when it is disposed'],
    ({ right, context }) => ({
      async *fetch(descriptor, range) {
        const file = openSync(join(context.folder, descriptor.digest.slice(7)), 'w');
        for await (const block of right.fetch(descriptor, range)) yield block;
        closeSync(file);
      },
    }),
  ),
  wrongMemory('streams on after the signal', ['abort: a stream ends'], ({ right, shelf, context }) => ({
    async *fetch(descriptor, range = { start: 0, end: descriptor.size }) {
      if (context.signal.aborted || range.end > descriptor.size) return yield* right.fetch(descriptor, range);
      const bytes = shelf.blobs.get(descriptor.digest)?.bytes;
      if (!bytes) return yield* right.fetch(descriptor, range);
      for (let at = range.start; at < range.end; at += 65_536)
        yield Buffer.from(bytes.subarray(at, Math.min(at + 65_536, range.end)));
    },
  })),
  wrongMemory(
    'fetches what the signal forbids',
    ['abort: nothing begins after the signal', 'abort: what broke off is nowhere to be seen for others'],
    ({ right, shelf, context }) => ({
      async *fetch(descriptor, range) {
        if (context.signal.aborted) yield shelf.blobs.get(descriptor.digest)?.bytes ?? Buffer.alloc(0);
        else yield* right.fetch(descriptor, range);
      },
    }),
  ),
];

const mebibyte = 1024 * 1024;

/** With a size of 32 bits. */
function sized(descriptor: Descriptor): Descriptor {
  return { ...descriptor, size: descriptor.size % 2 ** 32 };
}
