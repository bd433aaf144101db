import { KitwrightError } from '../../errors/KitwrightError.ts';
import type { Descriptor } from '../../oci/descriptor.ts';
import type { Deleter } from '../roles.ts';

/**
 * Takes a tag of cosign away. What lies under it stays, where the target can do that: whoever wrote a kit chose it, and it
 * may be the signature of another one. Throws what the target throws.
 */
export async function dropTag(target: Deleter, tag: string, descriptor: Descriptor): Promise<void> {
  try {
    await target.untag(tag);
  } catch (error) {
    const code = error instanceof KitwrightError ? error.code : undefined;
    if (code === 'kit-not-found') return;
    if (code !== 'remote-refused') throw error;
    await target.delete(descriptor);
  }
}
