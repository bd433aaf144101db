import { randomUUID } from 'node:crypto';
import { closeSync, fchmodSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { errnoOf } from '../errors/systemError.ts';
import { fromNative } from './bytePath.ts';
import { openFile } from './openFile.ts';
import { permissionsOf } from './permissionsOf.ts';

/**
 * Writes a small file: temporary name in `temporaryDirectory`, fsync, rename, fsync of the directory. A file that it
 * replaces leaves its permissions.
 */
export function atomicWrite(path: string, bytes: Uint8Array | string, temporaryDirectory = dirname(path)): void {
  replaceFile(path, bytes, temporaryDirectory, fsyncSync);
  syncDirectory(dirname(path));
}

/**
 * As `atomicWrite`, but nothing waits for the disk: after a crash of the machine the file may be torn or not there. For
 * what is checked when it is read, or synced later (`syncFiles`).
 */
export function writeUnsynced(path: string, bytes: Uint8Array | string, temporaryDirectory = dirname(path)): void {
  replaceFile(path, bytes, temporaryDirectory, () => undefined);
}

function replaceFile(
  path: string,
  bytes: Uint8Array | string,
  temporaryDirectory: string,
  sync: (fd: number) => void,
): void {
  const temporary = join(temporaryDirectory, temporaryName());
  const permissions = permissionsOf(fromNative(path));
  const fd = openSync(temporary, 'wx', 0o644);
  try {
    try {
      if (permissions !== undefined) fchmodSync(fd, permissions);
      const data = typeof bytes === 'string' ? Buffer.from(bytes) : bytes;
      for (let done = 0; done < data.byteLength; ) done += writeSync(fd, data, done);
      sync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Makes files durable that were written without waiting, several at once, and then their directories. */
export async function syncFiles(paths: readonly string[]): Promise<void> {
  const [only] = paths;
  if (only !== undefined && paths.length === 1) return syncOne(only);
  const rest = [...paths];
  const syncRest = async (): Promise<void> => {
    for (let path = rest.pop(); path !== undefined; path = rest.pop()) await syncFile(path);
  };
  await Promise.all(Array.from({ length: syncsAtOnce }, syncRest));
  for (const directory of new Set(paths.map((path) => dirname(path)))) syncDirectory(directory);
}

/** A file system answers many that wait with one write of its journal. */
const syncsAtOnce = 16;

/** At once, as each other small file: what works with many takes longer to load. What was removed meanwhile needs no sync. */
function syncOne(path: string): void {
  try {
    syncOpened(path, 'r+');
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
  }
  syncDirectory(dirname(path));
}

/** What was removed meanwhile needs no sync. */
async function syncFile(path: string): Promise<void> {
  const handle = await openFile(path, 'r+').catch((error: unknown) => {
    if (errnoOf(error) !== 'ENOENT') throw error;
  });
  if (!handle) return;
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A name that nobody else uses, for a file that is not finished yet. The pid tells a later run whose it was. */
export function temporaryName(prefix = 'tmp'): string {
  // Node draws the bytes of many identifiers at once, those of `randomBytes` each time.
  return `${prefix}-${process.pid}-${randomUUID().replaceAll('-', '').slice(0, 16)}`;
}

/** Makes a rename in this directory durable. Windows has no such call and needs none. */
export function syncDirectory(directory: string): void {
  if (process.platform !== 'win32') syncOpened(directory, 'r');
}

function syncOpened(path: string, flags: string): void {
  const fd = openSync(path, flags);
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Makes a finished file durable and gives it its final name. */
export async function commitFile(temporary: string, final: string): Promise<void> {
  const handle = await openFile(temporary, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
  renameSync(temporary, final);
  syncDirectory(dirname(final));
}
