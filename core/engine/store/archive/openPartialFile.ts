import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { KitwrightError } from '../../errors/KitwrightError.ts';
import { fromNative } from '../../files/bytePath.ts';
import { isOurOwner } from '../../files/isOurOwner.ts';
import { openFile } from '../../files/openFile.ts';
import { permissionsOf } from '../../files/permissionsOf.ts';

/** Without links: the folder may be one to which others write. */
const flags = constants.O_RDWR | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/**
 * Opens what an interrupted save left at `path`, or makes it; it will replace `final`, and gets the permissions of that before
 * a byte is in it: an archive that was private stays so. Throws `store-failed` for what is no plain file of its own:
 * who made the file for us may change what we write, also when it is finished.
 */
export async function openPartialFile(path: string, final: string): Promise<FileHandle> {
  const handle = await openFile(path, flags, 0o644);
  const stats = await handle.stat();
  if (stats.isFile() && stats.nlink === 1 && isOurOwner(stats.uid, fromNative(dirname(path)))) {
    const permissions = permissionsOf(fromNative(final));
    if (permissions !== undefined) await handle.chmod(permissions);
    return handle;
  }
  await handle.close();
  throw new KitwrightError('store-failed', `${path} is no plain file of its own, or somebody else's.`, {
    data: { path },
    hint: 'Remove it, or write the archive into a folder of your own.',
  });
}
