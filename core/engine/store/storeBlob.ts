import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { systemError } from '../errors/systemError.ts';
import { commitFile, temporaryName } from '../files/atomicWrite.ts';
import { makeDirectories } from '../files/makeDirectories.ts';
import { requireRoom } from '../files/requireRoom.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import type { Content } from './roles.ts';
import { writeVerified } from './writeVerified.ts';

/**
 * Writes a blob under a temporary name, verifies it on the way, and gives it its final one. Does nothing if it is
 * there. Throws `disk-full` before the first byte if the blob is larger than the rest of the disk.
 */
export async function storeBlob(
  descriptor: Descriptor,
  content: Content,
  path: string,
  temporaryFolder: string,
): Promise<void> {
  if (existsSync(path)) return;
  const temporary = join(temporaryFolder, temporaryName('blob'));
  try {
    makeDirectories(temporaryFolder);
    requireRoom(temporaryFolder, descriptor.size, descriptor.digest);
    await writeVerified(descriptor, content, 'the source', temporary, 'wx');
    await commitFile(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw systemError(error, 'store-failed', 'store', descriptor.digest);
  }
}
