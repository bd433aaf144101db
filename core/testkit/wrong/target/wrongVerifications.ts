import { digestOf } from '@kitwright/core/plugin';
import type { MakeTarget } from '../../target/MadeTarget.ts';
import { largeBlob } from '../../target/samples.ts';
import type { Wrong } from '../testWrong.ts';
import { bytesOf, contentOf, keep, readHeeding } from './bytesOf.ts';
import { wrongMemory } from './wrongMemory.ts';

/** What is wrong with what a push verifies. */
export const wrongVerifications: readonly Wrong<MakeTarget>[] = [
  wrongMemory(
    'keeps blocks whose memory is used again',
    ['push: copies what it keeps of a block, whose memory is used again', 'push: takes many blobs at once'],
    ({ right, context }) => ({
      push: async (descriptor, content) => {
        const blocks: Uint8Array[] = [];
        await readHeeding(content, descriptor, context, (block) => void blocks.push(block));
        await right.push(descriptor, contentOf(Buffer.concat(blocks)));
      },
    }),
  ),
  wrongMemory(
    'takes the first block for the whole',
    [
      'fetch: gives all of a blob of several MiB',
      'fetch: a range begins where it should, also far behind the first block',
      'fetch: a range ends where it should',
      'fetch: many parts of a blob may be read at once',
      'fetch: a block keeps its bytes when the next one comes',
      'fetch: a stream may be left, and two may be read at once',
      'push: copies what it keeps of a block, whose memory is used again',
      'push: takes blocks of any size',
      'push: takes many blobs at once',
      'push: wrong bytes do no harm to what is there',
      'push: takes one blob twice at once',
      'push: one that fails does no harm to another one of the same blob',
      'push: refuses a content that ends early, also of more than 4 GiB',
      'push: verifies all of a content of several MiB',
      'push: succeeds after one that broke off',
      'push: succeeds after one that broke off in another process',
      'read: gives the range that was asked for',
      'read: leaves a block alone, and gives no other, until it was taken',
    ],
    ({ right, shelf, context }) => ({
      push: async (descriptor, content) => {
        let first: Buffer | undefined;
        await readHeeding(content, descriptor, context, (block) => {
          first ??= Buffer.from(block);
        });
        if (first?.byteLength === descriptor.size) return right.push(descriptor, contentOf(first));
        keep(shelf, descriptor, first ?? Buffer.alloc(0));
      },
    }),
  ),
  wrongMemory(
    'verifies nothing',
    [
      'push: refuses other bytes of the same size, and does not keep them',
      'push: refuses a content that ends early, also of more than 4 GiB',
      'push: verifies all of a content of several MiB',
      'push: takes the right bytes after it refused wrong ones',
      'complete: a manifest whose blobs are missing is refused',
    ],
    ({ right, shelf, context }) => ({
      push: async (descriptor, content) => {
        if (await right.exists(descriptor)) return;
        keep(shelf, descriptor, await bytesOf(content, descriptor, context));
      },
    }),
  ),
  wrongMemory(
    'verifies the size alone',
    [
      'push: wrong bytes do no harm to what is there',
      'push: refuses other bytes of the same size, and does not keep them',
      'push: verifies all of a content of several MiB',
      'complete: a manifest whose blobs are missing is refused',
    ],
    ({ right, shelf, context }) => ({
      push: async (descriptor, content) => {
        const bytes = await bytesOf(content, descriptor, context);
        if (bytes.byteLength !== descriptor.size) return right.push(descriptor, contentOf(bytes));
        keep(shelf, descriptor, bytes);
      },
    }),
  ),
  wrongMemory(
    'verifies the digest of the first MiB alone',
    ['push: verifies all of a content of several MiB'],
    ({ right, shelf, context }) => ({
      push: async (descriptor, content) => {
        const bytes = await bytesOf(content, descriptor, context);
        const known = largeBlob(descriptor.size);
        const isKnown = known.descriptor.digest === descriptor.digest && bytes.byteLength === descriptor.size;
        if (!isKnown || !known.bytes.subarray(0, mebibyte).equals(bytes.subarray(0, mebibyte)))
          return right.push(descriptor, contentOf(bytes));
        keep(shelf, descriptor, bytes);
      },
    }),
  ),
  wrongMemory(
    'verifies blobs, and no manifests',
    ['push: refuses other bytes of the same size, and does not keep them'],
    ({ right, shelf, context }) => ({
      push: async (descriptor, content) => {
        if (!descriptor.mediaType.endsWith('manifest.v1+json')) return right.push(descriptor, content);
        const bytes = await bytesOf(content, descriptor, context);
        await right.push(descriptor, contentOf(bytes)).catch((error: unknown) => {
          if (bytes.byteLength !== descriptor.size || digestOf(bytes) === descriptor.digest) throw error;
          keep(shelf, descriptor, bytes);
        });
      },
    }),
  ),
  wrongMemory(
    'pads what ends early with zeros',
    [
      'push: wrong bytes do no harm to what is there',
      'push: refuses a content that ends early, also of more than 4 GiB',
      'push: verifies all of a content of several MiB',
    ],
    ({ right, shelf, context }) => ({
      push: async (descriptor, content) => {
        const bytes = await bytesOf(content, descriptor, context);
        if (bytes.byteLength >= descriptor.size || descriptor.size > 2 ** 31)
          return right.push(descriptor, contentOf(bytes));
        keep(shelf, descriptor, Buffer.concat([bytes, Buffer.alloc(descriptor.size - bytes.byteLength)]));
      },
    }),
  ),
  wrongMemory(
    'keeps what comes after the size',
    ['push: keeps nothing of a content after its size', 'push: verifies all of a content of several MiB'],
    ({ right, shelf, context }) => ({
      push: async (descriptor, content) => {
        const bytes = await bytesOf(content, descriptor, context);
        await right.push(descriptor, contentOf(bytes.subarray(0, descriptor.size)));
        if (bytes.byteLength > descriptor.size) keep(shelf, descriptor, bytes);
      },
      fetch: (descriptor, range = { start: 0, end: Number.MAX_SAFE_INTEGER }) => right.fetch(descriptor, range),
    }),
  ),
  wrongMemory(
    'compares the size in 32 bits',
    ['push: refuses a content that ends early, also of more than 4 GiB'],
    ({ right, shelf, context }) => ({
      push: async (descriptor, content) => {
        if (descriptor.size <= 2 ** 32) return right.push(descriptor, content);
        keep(shelf, descriptor, await bytesOf(content, descriptor, context));
      },
    }),
  ),
  wrongMemory(
    'verifies one reading and keeps another one',
    ['push: wrong bytes do no harm to what is there', 'push: keeps the bytes that it verified, if its content changes'],
    ({ right, shelf, context }) => ({
      push: async (descriptor, content) => {
        await right.push(descriptor, content);
        const kept = shelf.blobs.get(descriptor.digest);
        if (kept) keep(shelf, descriptor, await bytesOf(content, descriptor, context));
      },
    }),
  ),
];

const mebibyte = 1024 * 1024;
