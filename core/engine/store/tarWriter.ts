import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { BytePath } from '../files/bytePath.ts';
import { displayPath } from '../files/displayPath.ts';
import { openFile } from '../files/openFile.ts';
import { requireRoom } from '../files/requireRoom.ts';
import { writeAll } from '../files/writeAll.ts';
import { paddingOf, tarEnd, tarHeader } from '../layers/tarHeader.ts';
import type { TakeBlock } from './roles.ts';

/** Appends files to a new tar, one after the other. */
export interface TarWriter {
  /** `read` gives `size` bytes to the function that it gets. Throws `disk-full` before that if they have no room. */
  readonly add: (
    path: BytePath,
    size: number,
    read: (take: TakeBlock) => Promise<void>,
    mode?: number,
  ) => Promise<void>;
  /** Writes the end, makes the file durable and gives its size in bytes. */
  readonly finish: () => Promise<number>;
  readonly abandon: () => Promise<void>;
}

/**
 * Creates `file`, which must not exist, with these permissions, by default those that the umask leaves. A failed entry leaves
 * the archive at its last good one.
 */
export async function createTarWriter(file: string, permissions?: number): Promise<TarWriter> {
  const handle: FileHandle = await openFile(file, 'wx', 0o644);
  if (permissions !== undefined) await handle.chmod(permissions);
  let end = 0;
  const writeAt = async (bytes: Uint8Array, at: number): Promise<number> => {
    await writeAll(handle, bytes, at);
    return at + bytes.byteLength;
  };
  return {
    add: async (path, size, read, mode = 0o644) => {
      requireRoom(dirname(file), size, displayPath(path));
      let at = await writeAt(tarHeader({ path, type: 'file', mode, size }), end);
      await read(async (bytes) => {
        at = await writeAt(bytes, at);
      });
      end = await writeAt(Buffer.alloc(paddingOf(size)), at);
    },
    finish: async () => {
      await writeAt(tarEnd(), end);
      const size = end + tarEnd().byteLength;
      await handle.truncate(size);
      await handle.sync();
      await handle.close();
      return size;
    },
    abandon: () => handle.close(),
  };
}
