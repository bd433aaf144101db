import { systemError } from '../errors/systemError.ts';
import { fromNative } from '../files/bytePath.ts';
import type { LayerPool } from '../layers/createPool.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { contentOf } from '../store/contentOf.ts';
import { type Chunks, type Follow, fetchInParts, ignoresRanges, isLarge } from '../store/fetchInParts.ts';
import { observeContent } from '../store/observeContent.ts';
import { openScratchChunks } from '../store/openScratchChunks.ts';
import type { ReadTarget } from '../store/roles.ts';
import { writeVerified } from '../store/writeVerified.ts';

export interface FetchLayerOptions {
  readonly source: ReadTarget;
  readonly pool: LayerPool;
  readonly signal: AbortSignal;
  /** Hears of the bytes that came. */
  readonly onBytes?: (bytes: number) => void;
}

/** A wrong content is fetched once more, in one piece: then it is right, or the error says what is wrong. */
export async function fetchLayer(descriptor: Descriptor, options: FetchLayerOptions, path: string): Promise<void> {
  const { pool, signal } = options;
  const follow: Follow = (available) => pool.follow({ path: fromNative(path), size: descriptor.size, available });
  const onBytes = () => signal.throwIfAborted();
  const fetching: Fetching = { open: openScratchChunks, follow, onBytes };
  if (isLarge(descriptor) && (await fetchParts(descriptor, options, path, fetching))) return;
  await fetchWhole(descriptor, options, path);
}

/** What is done with the bytes while they come. */
interface Fetching {
  readonly open: (path: string, size: number) => Chunks & Disposable;
  readonly follow: Follow;
  /** Ends it by throwing. */
  readonly onBytes: () => void;
}

/** In parts, side by side; false if the digest is another one, or the source gives no parts. */
export async function fetchParts(
  descriptor: Descriptor,
  { source, onBytes: onCome }: FetchLayerOptions,
  path: string,
  { open, follow, onBytes }: Fetching,
): Promise<boolean> {
  try {
    using chunks = open(path, descriptor.size);
    const content = observeContent(contentOf(descriptor, source), (bytes) => {
      onBytes();
      onCome?.(bytes);
    });
    return (await fetchInParts(descriptor, content, chunks, follow)) === descriptor.digest;
  } catch (error) {
    if (ignoresRanges(error)) return false;
    throw systemError(error, 'unpack-refused', 'write', path);
  }
}

/** In one piece, verified. Throws `descriptor-mismatch` and what the source throws. */
export async function fetchWhole(
  descriptor: Descriptor,
  { source, signal, onBytes }: FetchLayerOptions,
  path: string,
): Promise<void> {
  const content = observeContent(contentOf(descriptor, source), (bytes) => {
    signal.throwIfAborted();
    onBytes?.(bytes);
  });
  await writeVerified(descriptor, content, source.name, path, 'w');
}
