import { KitwrightError } from '../errors/KitwrightError.ts';
import type { Kitfile } from '../kitfile/Kitfile.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { mediaTypes } from '../oci/mediaTypes.ts';
import type { ReadTarget } from '../store/roles.ts';
import { loadKitAt, type ReadKit } from './loadKit.ts';

/** The Kitfile of a manifest; undefined for one that is no kit: an image, an index. */
export async function kitfileOf(
  root: Descriptor,
  source: ReadTarget,
  readKit: ReadKit = loadKitAt,
): Promise<Kitfile | undefined> {
  if (root.mediaType === mediaTypes.index) return undefined;
  try {
    return (await readKit(root, source)).kitfile;
  } catch (error) {
    if (error instanceof KitwrightError && error.code === 'kit-malformed') return undefined;
    throw error;
  }
}
