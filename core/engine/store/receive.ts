import { existsSync } from 'node:fs';
import { KitwrightError } from '../errors/KitwrightError.ts';
import { systemError } from '../errors/systemError.ts';
import { fromNative } from '../files/bytePath.ts';
import type { LayerPool } from '../layers/pool.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { eachOf } from './eachOf.ts';
import type { StoreLayout } from './layout.ts';
import { chunkBytes, openPartial, type PartialContent } from './partial.ts';
import type { Content } from './roles.ts';
import { storeBlob } from './storeBlob.ts';

/** Parts of one content that are fetched side by side. */
const streams = 6;

const fetchChunk = async (
  chunk: number,
  { size }: Descriptor,
  content: Content,
  partial: PartialContent,
): Promise<void> => {
  const start = chunk * chunkBytes;
  const end = Math.min(start + chunkBytes, size);
  let at = start;
  for await (const bytes of content({ start, end })) {
    if (at + bytes.byteLength > end) break;
    partial.write(bytes, at);
    at += bytes.byteLength;
  }
  if (at !== end)
    throw new KitwrightError('descriptor-mismatch', 'The source sent another number of bytes than was asked for.');
  await partial.finished(chunk);
};

/** Tells the hashing thread how far the content is complete from its beginning. */
const createFrontier = (partial: PartialContent, size: number) => {
  const buffer = new SharedArrayBuffer(8);
  const counter = new BigInt64Array(buffer);
  let next = 0;
  const publish = (value: bigint) => {
    Atomics.store(counter, 0, value);
    Atomics.notify(counter, 0);
  };
  return {
    buffer,
    advance: () => {
      while (next < partial.chunks && partial.has(next)) next++;
      publish(BigInt(Math.min(next * chunkBytes, size)));
    },
    giveUp: () => publish(-1n),
  };
};

/** Fetches what is missing; the digest of the whole is ready with the last byte. */
const fill = async (
  descriptor: Descriptor,
  content: Content,
  partial: PartialContent,
  pool: LayerPool,
): Promise<string> => {
  const frontier = createFrontier(partial, descriptor.size);
  const path = fromNative(partial.path);
  frontier.advance();
  const digest = pool.follow({ path, size: descriptor.size, available: frontier.buffer });
  digest.catch(() => undefined);
  const missing = Array.from({ length: partial.chunks }, (_, chunk) => chunk).filter((chunk) => !partial.has(chunk));
  try {
    await eachOf(missing, streams, async (chunk) => {
      await fetchChunk(chunk, descriptor, content, partial);
      frontier.advance();
    });
  } catch (error) {
    frontier.giveUp();
    throw error;
  }
  return digest;
};

const receiveOnce = async (
  descriptor: Descriptor,
  content: Content,
  layout: StoreLayout,
  pool: LayerPool,
): Promise<'stored' | 'damaged' | 'busy'> => {
  await using partial = await openPartial(descriptor, layout);
  if (!partial) return 'busy';
  const digest = await fill(descriptor, content, partial, pool);
  if (digest === descriptor.digest) {
    await partial.commit(layout.blob(descriptor.digest));
    return 'stored';
  }
  partial.reset();
  return 'damaged';
};

/** A source that gives no parts is read from its beginning to its end. */
const ignoresRanges = (error: unknown): boolean =>
  error instanceof KitwrightError && error.data['rangesIgnored'] === true;

const damaged = ({ digest }: Descriptor): KitwrightError =>
  new KitwrightError('descriptor-mismatch', `${digest} from the source is damaged: its digest is another one, twice.`, {
    data: { digest },
  });

/**
 * Stores a content that comes from afar. Large ones are fetched in parts, side by side; what was fetched outlives the process.
 * A wrong content is thrown away and fetched once more. Throws `descriptor-mismatch`.
 */
export const receive = async (
  descriptor: Descriptor,
  content: Content,
  layout: StoreLayout,
  pool: LayerPool,
): Promise<void> => {
  const path = layout.blob(descriptor.digest);
  if (existsSync(path)) return;
  const whole = () => storeBlob(descriptor, content, path, layout.tmp);
  const isMismatch = (error: unknown) => error instanceof KitwrightError && error.code === 'descriptor-mismatch';
  try {
    if (descriptor.size < 2 * chunkBytes) {
      await whole().catch((error: unknown) => (isMismatch(error) ? whole() : Promise.reject(error as Error)));
      return;
    }
    for (let attempt = 1; attempt <= 2; attempt++) {
      const outcome = await receiveOnce(descriptor, content, layout, pool);
      if (outcome === 'stored') return;
      if (outcome === 'busy') return await whole();
    }
  } catch (error) {
    if (ignoresRanges(error)) return whole();
    throw systemError(error, 'store-failed', 'store', descriptor.digest);
  }
  throw damaged(descriptor);
};
