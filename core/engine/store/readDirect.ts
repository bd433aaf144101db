import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { errnoOf } from '../errors/systemError.ts';
import { fsPath } from '../files/bytePath.ts';
import { openFile } from '../files/openFile.ts';
import type { FilePiece } from '../layers/recipe.ts';
import { alignedBytes, giveBack, takeBlock } from '../layers/worker/alignedBlocks.ts';
import { diskBlock } from '../layers/worker/openDirect.ts';
import type { TakeBlock } from './roles.ts';

/** Blocks that are asked of the disk at once. */
const ahead = 3;

/**
 * Gives a piece to `take` past the system's cache (open(2), "O_DIRECT"), block after block: what was written so is not in the
 * cache, and to fill it takes several times as long as to send the bytes. Gives how many bytes it gave; the caller reads the
 * rest, or all of it where the system cannot do this.
 */
export async function readDirect(piece: FilePiece, take: TakeBlock): Promise<number> {
  const handle = await open(piece);
  if (!handle) return 0;
  try {
    return await readBlocks(handle, piece, take);
  } finally {
    await handle.close();
  }
}

async function open({ path }: FilePiece): Promise<FileHandle | undefined> {
  if (process.platform !== 'linux') return undefined;
  return openFile(fsPath(path), constants.O_RDONLY | constants.O_DIRECT).catch(() => undefined);
}

/** One block that was asked for: what of it belongs to the piece. */
interface Asked {
  readonly block: Buffer;
  readonly bytes: Promise<Uint8Array | undefined>;
}

async function readBlocks(handle: FileHandle, piece: FilePiece, take: TakeBlock): Promise<number> {
  const [start, end] = [piece.offset, piece.offset + piece.size];
  let next = start - (start % diskBlock);
  const asked: Asked[] = [];
  const ask = () => {
    if (next >= end) return;
    const block = takeBlock();
    asked.push({ block, bytes: readPart(handle, block, next, start, end) });
    next += alignedBytes;
  };
  for (let i = 0; i < ahead; i++) ask();
  let [given, taken]: [number, ReturnType<TakeBlock>] = [0, undefined];
  let held: Buffer | undefined;
  const release = async () => {
    try {
      await taken;
    } finally {
      if (held) giveBack(held);
      held = undefined;
    }
  };
  try {
    for (let one = asked.shift(); one; one = asked.shift()) {
      const { block } = one;
      const bytes = await one.bytes;
      await release();
      held = block;
      if (!bytes) break;
      taken = take(bytes);
      given += bytes.byteLength;
      ask();
    }
    await release();
    return given;
  } finally {
    // A block may not be used again while the disk writes into it.
    for (const { block, bytes } of asked) await bytes.then(() => giveBack(block));
  }
}

/** Undefined where less came than belongs there, or the file system refuses. */
async function readPart(
  handle: FileHandle,
  block: Buffer,
  from: number,
  start: number,
  end: number,
): Promise<Uint8Array | undefined> {
  const until = Math.min(end - from, alignedBytes);
  try {
    const { bytesRead } = await handle.read(block, 0, alignedBytes, from);
    return bytesRead >= until ? block.subarray(Math.max(start - from, 0), until) : undefined;
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return undefined;
  }
}
