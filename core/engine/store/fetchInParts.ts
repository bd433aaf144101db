import { KitwrightError } from '../errors/KitwrightError.ts';
import type { Available } from '../layers/jobs.ts';
import { createAvailable } from '../layers/ownFiles.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { observeContent } from './observeContent.ts';
import type { Content } from './roles.ts';
import { createTransferRate, type TransferRate } from './TransferRate.ts';

/** A file that is filled chunk by chunk, in any order. */
export interface Chunks {
  readonly path: string;
  readonly chunks: number;
  /** Is a chunk written? */
  readonly has: (chunk: number) => boolean;
  /**
   * Bytes of one chunk are written at their place. Synchronous: a page cache takes 64 KiB faster than a thread is
   * asked.
   */
  readonly write: (bytes: Uint8Array, offset: number) => void;
  /** All bytes of a chunk are written. */
  readonly finished: (chunk: number) => void;
  /** Where it says how far the content is there, if that is not all it has to say. */
  readonly available?: Available;
  /** So many bytes are there from the beginning on. Gives how many of them others may read; all by default. */
  readonly settle?: (there: number) => number;
}

/** Works on a blob that is being fetched, as far as it is there, and gives its digest. */
export type Follow = (available: Available) => Promise<string>;

/**
 * Fetches what is missing, several parts side by side, and gives the digest of the whole, which is ready with the last
 * byte. Throws what the source throws.
 */
export async function fetchInParts(
  descriptor: Descriptor,
  content: Content,
  chunks: Chunks,
  follow: Follow,
): Promise<string> {
  const frontier = createFrontier(chunks, descriptor.size);
  frontier.advance();
  const digest = follow(frontier.buffer);
  digest.catch(() => undefined);
  try {
    await fetchRuns(createRuns(chunks), (run, rate) => {
      const observed = rate ? observeContent(content, rate.add) : content;
      return fetchRun(run, descriptor, observed, chunks, frontier.reached);
    });
  } catch (error) {
    frontier.giveUp();
    // It reads what the caller closes.
    await digest.catch(() => undefined);
    throw error;
  }
  return digest;
}

/** Bytes that are fetched as one. */
export const chunkBytes = 16 * 1024 * 1024;

/** The hashing thread hears of so many bytes at once: to wake it for each block costs as much as to hash it. */
const stepBytes = 1024 * 1024;

/** Tells the hashing thread how far the content is complete from its beginning. */
function createFrontier(chunks: Chunks, size: number) {
  const buffer = chunks.available ?? createAvailable();
  const counter = new BigInt64Array(buffer);
  /** Where the fetching of a chunk is, as an offset in the content. */
  const offsets = new Map<number, number>();
  let next = 0;
  let published = 0;
  const publish = (value: number) => {
    published = value;
    Atomics.store(counter, 0, BigInt(value));
    Atomics.notify(counter, 0);
  };
  const advance = () => {
    while (next < chunks.chunks && chunks.has(next)) offsets.delete(next++);
    const there = offsets.get(next) ?? Math.min(next * chunkBytes, size);
    const reached = chunks.settle?.(there) ?? there;
    if (reached >= Math.min(published + stepBytes, size) && reached !== published) publish(reached);
  };
  return {
    buffer,
    advance,
    reached: (chunk: number, offset: number) => {
      // At its very beginning nothing is known of a chunk: another request may have it.
      if (offset > chunk * chunkBytes) offsets.set(chunk, offset);
      advance();
    },
    giveUp: () => publish(-1),
  };
}

/** Chunks that follow one another and are fetched as one: `first` up to `end`, without it. */
interface Run {
  readonly first: number;
  readonly end: number;
}

/**
 * Chunks that one request may ask for where it is fast: few enough that others find something to do should it become
 * slow.
 */
const longestRun = 16;

/** Answers that come side by side where one alone is slow. */
const streams = 6;

/**
 * Fetches all runs: one after the other as long as that is fast, else several side by side. The first failure ends it.
 */
async function fetchRuns(
  next: (longest: number) => Run | undefined,
  fetch: (run: Run, rate?: TransferRate) => Promise<void>,
) {
  const failures: unknown[] = [];
  const helpers: Promise<void>[] = [];
  const work = async (rate?: TransferRate): Promise<void> => {
    let longest = 1;
    try {
      for (let run = next(longest); run && !failures.length; run = next(longest)) {
        rate?.start();
        await fetch(run, rate);
        longest = rate && !rate.isSlow() ? Math.min(longest * 4, longestRun) : 1;
      }
    } catch (error) {
      failures.push(error);
    }
  };
  using rate = createTransferRate(() => {
    for (let i = 1; i < streams; i++) helpers.push(work());
  });
  await work(rate);
  await Promise.all(helpers);
  if (failures.length) throw failures[0];
}

/** Gives each missing chunk to one request, from the beginning on. */
function createRuns(chunks: Chunks) {
  let next = 0;
  return (longest: number): Run | undefined => {
    while (next < chunks.chunks && chunks.has(next)) next++;
    const first = next;
    while (next < chunks.chunks && next - first < longest && !chunks.has(next)) next++;
    return next > first ? { first, end: next } : undefined;
  };
}

async function fetchRun(
  run: Run,
  { size }: Descriptor,
  content: Content,
  chunks: Chunks,
  reached: (chunk: number, offset: number) => void,
): Promise<void> {
  const [start, end] = [run.first * chunkBytes, Math.min(run.end * chunkBytes, size)];
  let [at, chunk] = [start, run.first];
  const wrong = () =>
    new KitwrightError('descriptor-mismatch', 'The source sent another number of bytes than was asked for.');
  const take = (bytes: Uint8Array) => {
    if (at + bytes.byteLength > end) throw wrong();
    chunks.write(bytes, at);
    at += bytes.byteLength;
    while (chunk < run.end && at >= Math.min((chunk + 1) * chunkBytes, size)) chunks.finished(chunk++);
    reached(chunk, at);
  };
  await content.read({ start, end }, take);
  if (at !== end) throw wrong();
}

/** Is a blob worth several requests? */
export function isLarge({ size }: Pick<Descriptor, 'size'>): boolean {
  return size >= 2 * chunkBytes;
}

/** A source that gives no parts is read from its beginning to its end. */
export function ignoresRanges(error: unknown): boolean {
  return error instanceof KitwrightError && error.data['rangesIgnored'] === true;
}
