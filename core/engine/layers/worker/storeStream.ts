import { createHash } from 'node:crypto';
import { giveBack, takeBlock } from './alignedBlocks.ts';
import { diskBlock } from './openDirect.ts';
import { openPackFile } from './openPackFile.ts';

/** What a stream gave. */
export interface StoredStream {
  /** In bytes. */
  readonly size: number;
  readonly digest: string;
}

/**
 * Writes a stream to a new file, past the system's cache where that is possible: the writing is done by other threads
 * while this one compresses on, and little is left to wait for at the end. After a failure there is no file. Throws
 * `store-failed`, and what the stream throws.
 */
export async function storeStream(chunks: AsyncIterable<Uint8Array>, path: string): Promise<StoredStream> {
  const file = await openPackFile(path, { direct: true });
  const hash = createHash('sha256');
  let [block, used, size] = [takeBlock(), 0, 0];
  const append = async () => {
    const full = block;
    const end = Math.ceil(used / diskBlock) * diskBlock;
    file.append(full.fill(0, used, end).subarray(0, end), () => giveBack(full));
    [block, used] = [takeBlock(), 0];
    await file.settled();
  };
  try {
    for await (const chunk of chunks) {
      if (!(chunk instanceof Uint8Array)) throw new TypeError('The stream gives something else than bytes.');
      hash.update(chunk);
      size += chunk.byteLength;
      for (let rest = chunk; rest.byteLength; ) {
        const taken = rest.subarray(0, block.byteLength - used);
        block.set(taken, used);
        used += taken.byteLength;
        rest = rest.subarray(taken.byteLength);
        if (used === block.byteLength) await append();
      }
    }
    if (used) await append();
    await file.finish(size);
  } catch (error) {
    await file.discard();
    throw error;
  } finally {
    giveBack(block);
  }
  return { size, digest: `sha256:${hash.digest('hex')}` };
}
