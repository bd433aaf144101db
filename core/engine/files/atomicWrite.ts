import { randomBytes } from 'node:crypto';
import { closeSync, fchmodSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fromNative } from './bytePath.ts';
import { openFile } from './openFile.ts';
import { permissionsOf } from './permissionsOf.ts';

/**
 * Writes a small file: temporary name in `temporaryDirectory`, fsync, rename, fsync of the directory. A file that it
 * replaces leaves its permissions.
 */
export function atomicWrite(path: string, bytes: Uint8Array | string, temporaryDirectory = dirname(path)): void {
  const temporary = join(temporaryDirectory, temporaryName());
  const permissions = permissionsOf(fromNative(path));
  const fd = openSync(temporary, 'wx', 0o644);
  try {
    try {
      if (permissions !== undefined) fchmodSync(fd, permissions);
      const data = typeof bytes === 'string' ? Buffer.from(bytes) : bytes;
      for (let done = 0; done < data.byteLength; ) done += writeSync(fd, data, done);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  syncDirectory(dirname(path));
}

/** A name that nobody else uses, for a file that is not finished yet. The pid tells a later run whose it was. */
export function temporaryName(prefix = 'tmp'): string {
  return `${prefix}-${process.pid}-${randomBytes(8).toString('hex')}`;
}

/** Makes a rename in this directory durable. Windows has no such call and needs none. */
export function syncDirectory(directory: string): void {
  if (process.platform === 'win32') return;
  const fd = openSync(directory, 'r');
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
