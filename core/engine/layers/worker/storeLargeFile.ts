import type { Hash } from 'node:crypto';
import type { Seed } from '../jobs.ts';
import type { Meter } from '../Meter.ts';
import type { FilePiece } from '../recipe.ts';
import { giveBack, takeBlock } from './alignedBlocks.ts';
import { lendHasher } from './contentHasher.ts';
import { directFrom, diskBlock } from './openDirect.ts';
import { openPackFile } from './openPackFile.ts';
import { blocksOfFile } from './readPiece.ts';

/** Who sees the bytes of a file that is stored. */
export interface Hashing {
  readonly hash: Hash;
  /** Of the content hash; none without. */
  readonly seed: Seed | undefined;
  readonly meter: Meter;
  readonly turn?: Turn | undefined;
}

/** Lets other work of the thread go on. */
export type Turn = () => Promise<unknown>;

/**
 * A large file that goes into the store: what is hashed is what is written, from the same memory. The writing is done
 * by other threads while this one reads and hashes on, or does other work. Gives the content hash.
 */
export async function storeLargeFile(
  { hash, seed, meter, turn }: Hashing,
  piece: FilePiece,
  path: string,
): Promise<Uint8Array | undefined> {
  using lent = seed && (await lendHasher(seed));
  const hasher = lent?.hasher.init();
  const file = await openPackFile(path, { direct: piece.size >= directFrom });
  let [block, used] = [takeBlock(), 0];
  const append = async () => {
    const full = block;
    const end = Math.ceil(used / diskBlock) * diskBlock;
    file.append(full.fill(0, used, end).subarray(0, end), () => giveBack(full));
    [block, used] = [takeBlock(), 0];
    await file.settled();
    await turn?.();
  };
  try {
    for (const bytes of blocksOfFile(piece, meter, (length) => block.subarray(used, used + length))) {
      hash.update(bytes);
      hasher?.update(bytes);
      used += bytes.byteLength;
      if (used === block.byteLength) await append();
    }
    if (used) await append();
    await file.finish(piece.size);
  } catch (error) {
    await file.discard();
    throw error;
  } finally {
    giveBack(block);
  }
  return hasher?.digest('binary');
}
