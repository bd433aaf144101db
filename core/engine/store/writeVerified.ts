import { openFile } from '../files/openFile.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { readVerified } from './readVerified.ts';
import type { Content } from './roles.ts';

/**
 * Writes a whole content to a private file and verifies it on the way; `flags` are those of `open`. What is wrong stays
 * in the file. Throws `descriptor-mismatch` and what the system says.
 */
export async function writeVerified(
  descriptor: Descriptor,
  content: Content,
  origin: string,
  path: string,
  flags: 'w' | 'wx',
): Promise<void> {
  await using handle = await openFile(path, flags, 0o600);
  await readVerified(descriptor, content, origin, (bytes) => handle.writeFile(bytes));
}
