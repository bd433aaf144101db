import { constants, rmSync, writeSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { errnoOf } from '../../errors/systemError.ts';
import { openFile } from '../../files/openFile.ts';
import { giveBack, takeBlock } from './alignedBlocks.ts';

/** Writes begin and end at multiples of it: bytes of a block of the disk, or of a page. */
export const diskBlock = 4096;

/**
 * Bytes from which a file is written past the system's cache: the disk gets it twice as fast, with a fraction of the work, and
 * what a training reads stays in the cache. Reading it again comes from the disk.
 */
export const directFrom = 8 * 1024 * 1024;

/**
 * Opens a new file whose bytes go to the disk past the system's cache (open(2), "O_DIRECT"); undefined where that is not
 * possible. Its memory must come from `takeBlock`.
 */
export async function openDirect(path: string): Promise<FileHandle | undefined> {
  if (process.platform !== 'linux') return undefined;
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_DIRECT;
  const handle = await openFile(path, flags, 0o600).catch((error: unknown) => discard(path, error));
  if (!handle || takesBlocks(handle)) return handle;
  await handle.close();
  return discard(path);
}

/** Some file systems take the flag and refuse what is written. */
function takesBlocks({ fd }: FileHandle): boolean {
  const block = takeBlock();
  try {
    return writeSync(fd, block, 0, diskBlock, 0) === diskBlock;
  } catch {
    return false;
  } finally {
    giveBack(block);
  }
}

/** A file system that refuses the flag may have made the file before. */
function discard(path: string, error?: unknown): undefined {
  if (error === undefined || errnoOf(error) === 'EINVAL') rmSync(path, { force: true });
}
