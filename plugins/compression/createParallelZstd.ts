import type { Transform } from 'node:stream';
import { promisify } from 'node:util';
import { zstdCompress, zstdCompressSync } from 'node:zlib';
import { createParallelBlocks } from './createParallelBlocks.ts';
import { isDense } from './isDense.ts';
import { storedFrame } from './storedFrame.ts';

const compressed = promisify(zstdCompress);

/** Large enough that little is lost where a frame begins. */
const blockBytes = 1024 * 1024;

/** The most that a block may become, so that a thread of Node has done it in one go. */
const chunkSize = blockBytes + blockBytes / 128;

/**
 * A frame for each block, compressed by several threads of Node at once (RFC 8878, 3: frames may follow each other), at
 * zstd's default level. A block that would hardly become smaller is stored as it is.
 */
export function createParallelZstd(): Transform {
  let isEmpty = true;
  return createParallelBlocks({
    blockBytes,
    head: Buffer.alloc(0),
    compress: async (block) => {
      isEmpty = false;
      return isDense(block) ? storedFrame(block) : compressed(block, { chunkSize });
    },
    // Without a frame it would be no zstd.
    tail: () => (isEmpty ? zstdCompressSync(Buffer.alloc(0)) : Buffer.alloc(0)),
  });
}
