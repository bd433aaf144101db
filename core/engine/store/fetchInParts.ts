import { KitwrightError } from '../errors/KitwrightError.ts';
import type { Available } from '../layers/jobs.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { eachOf } from './eachOf.ts';
import type { Content } from './roles.ts';

/** Bytes that are fetched as one. */
export const chunkBytes = 16 * 1024 * 1024;

/** A file that is filled chunk by chunk, in any order. */
export interface Chunks {
  readonly path: string;
  readonly chunks: number;
  /** Is a chunk written? */
  readonly has: (chunk: number) => boolean;
  /** Bytes of one chunk are written at their place. Synchronous: a page cache takes 64 KiB faster than a thread is asked. */
  readonly write: (bytes: Uint8Array, offset: number) => void;
  /** All bytes of a chunk are written. */
  readonly finished: (chunk: number) => void;
}

/** Parts of one content that are fetched side by side. */
const streams = 6;

const fetchChunk = async (
  chunk: number,
  { size }: Descriptor,
  content: Content,
  chunks: Chunks,
  reached: (chunk: number, offset: number) => void,
): Promise<void> => {
  const start = chunk * chunkBytes;
  const end = Math.min(start + chunkBytes, size);
  let at = start;
  const wrong = () =>
    new KitwrightError('descriptor-mismatch', 'The source sent another number of bytes than was asked for.');
  const take = (bytes: Uint8Array) => {
    if (at + bytes.byteLength > end) throw wrong();
    chunks.write(bytes, at);
    at += bytes.byteLength;
    reached(chunk, at);
  };
  if (content.pour) await content.pour({ start, end }, take);
  else for await (const bytes of content({ start, end })) take(bytes);
  if (at !== end) throw wrong();
  chunks.finished(chunk);
};

/** Tells the hashing thread how far the content is complete from its beginning. */
const createFrontier = (chunks: Chunks, size: number) => {
  const buffer = new SharedArrayBuffer(8);
  const counter = new BigInt64Array(buffer);
  /** Where the fetching of a chunk is, as an offset in the content. */
  const offsets = new Map<number, number>();
  let next = 0;
  const publish = (value: bigint) => {
    Atomics.store(counter, 0, value);
    Atomics.notify(counter, 0);
  };
  const advance = () => {
    while (next < chunks.chunks && chunks.has(next)) offsets.delete(next++);
    publish(BigInt(offsets.get(next) ?? Math.min(next * chunkBytes, size)));
  };
  return {
    buffer,
    advance,
    reached: (chunk: number, offset: number) => {
      offsets.set(chunk, offset);
      if (chunk === next) advance();
    },
    giveUp: () => publish(-1n),
  };
};

/** Works on a content that is being fetched, as far as it is there, and gives its digest. */
export type Follow = (available: Available) => Promise<string>;

/** Fetches what is missing, several parts side by side, and gives the digest of the whole, which is ready with the last byte. Throws what the source throws. */
export const fetchInParts = async (
  descriptor: Descriptor,
  content: Content,
  chunks: Chunks,
  follow: Follow,
): Promise<string> => {
  const frontier = createFrontier(chunks, descriptor.size);
  frontier.advance();
  const digest = follow(frontier.buffer);
  digest.catch(() => undefined);
  const missing = Array.from({ length: chunks.chunks }, (_, chunk) => chunk).filter((chunk) => !chunks.has(chunk));
  try {
    await eachOf(missing, streams, async (chunk) => {
      await fetchChunk(chunk, descriptor, content, chunks, frontier.reached);
      frontier.advance();
    });
  } catch (error) {
    frontier.giveUp();
    throw error;
  }
  return digest;
};

/** Is a content worth several requests? */
export const isLarge = ({ size }: Pick<Descriptor, 'size'>): boolean => size >= 2 * chunkBytes;

/** A source that gives no parts is read from its beginning to its end. */
export const ignoresRanges = (error: unknown): boolean =>
  error instanceof KitwrightError && error.data['rangesIgnored'] === true;
