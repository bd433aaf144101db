import type { Transform } from 'node:stream';
import { promisify } from 'node:util';
import { constants, crc32, deflateRaw } from 'node:zlib';
import { createParallelBlocks } from './createParallelBlocks.ts';
import { isDense } from './isDense.ts';
import { storedBlocks } from './storedBlocks.ts';

const deflate = promisify(deflateRaw);

/** Deflate looks back this far (RFC 1951, 3.2): so much of the block before helps the next one. */
const windowBytes = 32 * 1024;

/** No name, no time, unknown system: as Go writes it (RFC 1952, 2.3). */
const head = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);

/** An empty block of fixed codes that says that it is the last (RFC 1951, 3.2.6). */
const lastBlock = Buffer.from([3, 0]);

/**
 * One valid gzip member whose blocks are compressed by several threads of Node at once (RFC 1952). The bytes depend on
 * the input and `level` (1 to 9, zlib's) alone. A block that would hardly become smaller is stored as it is.
 */
export function createParallelGzip(level: number): Transform {
  let [total, sum] = [0, 0];
  let before: Buffer = Buffer.alloc(0);
  return createParallelBlocks({
    blockBytes: 1024 * 1024,
    head,
    compress: (block) => {
      sum = crc32(block, sum);
      total += block.byteLength;
      const work = compressed(block, before, level);
      before = Buffer.from(block.subarray(-windowBytes));
      return work;
    },
    tail: () => {
      const tail = Buffer.alloc(8);
      tail.writeUInt32LE(sum >>> 0, 0);
      tail.writeUInt32LE(total % 2 ** 32, 4);
      return Buffer.concat([lastBlock, tail]);
    },
  });
}

/** Ends at a whole byte, so that blocks can follow each other (zlib's `Z_SYNC_FLUSH`). */
async function compressed(block: Buffer, before: Buffer, level: number): Promise<Buffer> {
  if (isDense(block)) return storedBlocks(block);
  const dictionary = before.byteLength ? { dictionary: before } : {};
  return deflate(block, { level, finishFlush: constants.Z_SYNC_FLUSH, ...dictionary });
}
