import type { Hash } from 'node:crypto';
import type { IHasher } from 'hash-wasm';
import type { Meter } from '../Meter.ts';
import type { FilePiece } from '../recipe.ts';
import { openPackFile } from './openPackFile.ts';
import { blockBytes, blocksOfFile } from './readPiece.ts';

/** Who sees the bytes of a file that is stored. */
export interface Hashing {
  readonly hash: Hash;
  readonly hasher: IHasher | undefined;
  readonly meter: Meter;
}

/** Buffers that were written out and can be filled again. */
const spare: Buffer[] = [];

/**
 * A large file that goes into the store: what is hashed is what is written, from the same buffer. The writing is done
 * by other threads while this one reads and hashes on. Gives the content hash.
 */
export async function storeLargeFile(
  { hash, hasher, meter }: Hashing,
  piece: FilePiece,
  path: string,
): Promise<Uint8Array | undefined> {
  hasher?.init();
  const file = await openPackFile(path);
  try {
    for (const bytes of blocksOfFile(piece, meter, () => spare.pop() ?? Buffer.allocUnsafeSlow(blockBytes))) {
      hash.update(bytes);
      hasher?.update(bytes);
      file.append(bytes, () => {
        if (bytes.byteLength === blockBytes) spare.push(bytes);
      });
      await file.settled();
    }
    await file.finish();
  } catch (error) {
    await file.discard();
    throw error;
  }
  return hasher?.digest('binary');
}
