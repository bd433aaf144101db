import type { Content, Descriptor, TakeBlock } from '@kitwright/core/plugin';
import type { TestContext } from '../../context/testContext.ts';
import type { Shelf } from './Shelf.ts';

/** All bytes of a content. */
export async function bytesOf(content: Content, descriptor: Descriptor, context: TestContext): Promise<Buffer> {
  const parts: Buffer[] = [];
  await readHeeding(content, descriptor, context, (block) => void parts.push(Buffer.from(block)));
  return Buffer.concat(parts);
}

/** Reads all of a content, and heeds the signal: that is not what is wrong here. */
export async function readHeeding(content: Content, { size }: Descriptor, { signal }: TestContext, take: TakeBlock) {
  signal.throwIfAborted();
  await content.read({ start: 0, end: size }, (block) => {
    signal.throwIfAborted();
    return take(block);
  });
  signal.throwIfAborted();
}

/** As they are, however long: unless a part is asked for. */
export function contentOf(bytes: Buffer): Content {
  return { read: async ({ start, end }, take) => take(Buffer.from(start === 0 ? bytes : bytes.subarray(start, end))) };
}

/** Without looking at the bytes. */
export function keep({ blobs }: Shelf, { mediaType, digest, size }: Descriptor, bytes: Buffer): void {
  blobs.set(digest, { descriptor: { mediaType, digest, size }, bytes });
}
