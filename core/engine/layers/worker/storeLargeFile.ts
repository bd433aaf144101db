import type { Hash } from 'node:crypto';
import type { IHasher } from 'hash-wasm';
import type { Meter } from '../Meter.ts';
import type { FilePiece } from '../recipe.ts';
import type { LargeFile } from './besideHash.ts';
import { openPackFile } from './openPackFile.ts';
import { blockBytes, blocksOfFile } from './readPiece.ts';

/** Who sees the bytes of a file that is stored. */
export interface Hashing {
  readonly hash: Hash;
  readonly hasher: IHasher | undefined;
  readonly meter: Meter;
  /** Hashes the file for itself, without what is around it in its layer. */
  readonly beside?: LargeFile | undefined;
}

/** Buffers that were written out and can be filled again. */
const spare: Buffer[] = [];

const spareBlocks: LargeFile = {
  supply: () => spare.pop() ?? Buffer.allocUnsafeSlow(blockBytes),
  add: () => undefined,
  release: (block) => {
    if (block.byteLength === blockBytes) spare.push(block);
  },
};

/** Hashes a large file that is only read. Gives the content hash. */
export function hashLargeFile(
  { hash, hasher, meter, beside }: Hashing,
  piece: FilePiece,
  block: () => Buffer,
): Uint8Array | undefined {
  hasher?.init();
  for (const bytes of blocksOfFile(piece, meter, beside?.supply ?? block)) {
    beside?.add(bytes);
    hash.update(bytes);
    hasher?.update(bytes);
    beside?.release(bytes);
  }
  return hasher?.digest('binary');
}

/**
 * A large file that goes into the store: what is hashed is what is written, from the same buffer. The writing is done
 * by other threads while this one reads and hashes on. Gives the content hash.
 */
export async function storeLargeFile(
  { hash, hasher, meter, beside = spareBlocks }: Hashing,
  piece: FilePiece,
  path: string,
): Promise<Uint8Array | undefined> {
  hasher?.init();
  const file = await openPackFile(path);
  try {
    for (const bytes of blocksOfFile(piece, meter, beside.supply)) {
      beside.add(bytes);
      hash.update(bytes);
      hasher?.update(bytes);
      file.append(bytes, () => beside.release(bytes));
      await file.settled();
    }
    await file.finish();
  } catch (error) {
    await file.discard();
    throw error;
  }
  return hasher?.digest('binary');
}
