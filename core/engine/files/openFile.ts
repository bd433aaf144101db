import { fdatasync, fsync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { promisify } from 'node:util';

const [syncAll, syncData] = [promisify(fsync), promisify(fdatasync)];

/**
 * Opens a file; every file is opened here. Yarn's Plug'n'Play replaces `fs` with one whose handles cannot sync or be
 * disposed of; what works by file descriptor works there too.
 */
export async function openFile(
  path: string | Uint8Array,
  flags: string | number = 'r',
  mode?: number,
): Promise<FileHandle> {
  const handle = await open(path as string, flags, mode);
  const byDescriptor: Pick<FileHandle, 'sync' | 'datasync' | typeof Symbol.asyncDispose> = {
    sync: () => syncAll(handle.fd),
    datasync: () => syncData(handle.fd),
    [Symbol.asyncDispose]: () => handle.close(),
  };
  return Object.assign(handle, byDescriptor);
}
