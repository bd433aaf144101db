import { KitwrightError } from '../errors/KitwrightError.ts';
import type { Kitwright } from '../host/createKitwright.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import { isManifestType, parseLayerMediaType } from '../oci/mediaTypes.ts';
import { displayReference } from '../oci/reference.ts';
import type { ArchiveBlob } from '../store/archive/ArchiveContents.ts';
import type { ReadTarget } from '../store/roles.ts';
import type { ArchiveKit } from './archiveKits.ts';
import { maxEvidenceSize } from './readEvidence.ts';
import { walkKit } from './walkKit.ts';

/** What it costs to look at one more manifest or config, however small it is, in bytes of a large one. */
const costOfEach = 4096;

/**
 * Checks that everything a kit and its referrers consist of is there, by reading manifests only. Gives what it costs to
 * read its manifests, configs and signatures, in bytes. Throws `archive-incomplete`, and what reading throws.
 */
export async function requireWhole(
  kitwright: Kitwright,
  source: ReadTarget,
  { name, root, members }: ArchiveKit,
  signal: AbortSignal,
): Promise<number> {
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
  let cost = costOfEach * (1 + members.length);
  for (const { descriptor } of blobs.values()) {
    if (!(await source.exists(descriptor))) throw missing(descriptor.digest);
    if (mayBeRead(descriptor)) cost += costOfEach + descriptor.size;
  }
  return cost;
}

/** Manifests, and what is no layer of a kit: configs, and evidence, which rules have read (`readEvidence`). */
function mayBeRead({ mediaType, size }: Descriptor): boolean {
  return isManifestType(mediaType) || (size <= maxEvidenceSize && parseLayerMediaType(mediaType) === undefined);
}
