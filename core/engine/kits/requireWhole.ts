import { KitwrightError } from '../errors/KitwrightError.ts';
import type { Kitwright } from '../host/createKitwright.ts';
import type { Digest } from '../oci/digest.ts';
import { displayReference } from '../oci/reference.ts';
import type { ArchiveBlob } from '../store/archive/ArchiveContents.ts';
import type { ReadTarget } from '../store/roles.ts';
import type { ArchiveKit } from './archiveKits.ts';
import { walkKit } from './walkKit.ts';

/**
 * Checks that everything a kit and its referrers consist of is there, by reading manifests only. Throws
 * `archive-incomplete`, and what reading throws.
 */
export async function requireWhole(
  kitwright: Kitwright,
  source: ReadTarget,
  { name, root }: ArchiveKit,
  signal: AbortSignal,
): Promise<void> {
  const blobs = new Map<Digest, ArchiveBlob>();
  const missing = (digest: string) =>
    new KitwrightError(
      'archive-incomplete',
      `${displayReference(name)} needs ${digest}, which is not in the archive.`,
      {
        data: { reference: displayReference(name), digest },
      },
    );
  try {
    await walkKit(kitwright, { target: source, repository: '', root }, blobs, signal);
  } catch (error) {
    if (error instanceof KitwrightError && error.code === 'kit-not-found') throw missing(String(error.data['digest']));
    throw error;
  }
  for (const { descriptor } of blobs.values()) if (!(await source.exists(descriptor))) throw missing(descriptor.digest);
}
