import { KitwrightError } from '../errors/KitwrightError.ts';
import { checkKind } from '../oci/checkKind.ts';
import { childrenOf } from '../oci/childrenOf.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import { isManifestType } from '../oci/mediaTypes.ts';
import { maxManifestSize } from '../oci/parseJsonObject.ts';
import { strictJson } from '../oci/strictJson.ts';
import type { ArchiveBlob } from '../store/archive/ArchiveContents.ts';
import { contentOf, contentOfBytes } from '../store/contentOf.ts';
import { verifiedBytes } from '../store/readVerified.ts';
import type { ReadTarget } from '../store/roles.ts';

/** Manifests that one name may stand for, by indexes in indexes. */
const maxManifests = 10_000;

/** A manifest or index, verified. */
export interface WalkedManifest {
  readonly descriptor: Descriptor;
  readonly artifactType: string | undefined;
  /** What it names as its subject. */
  readonly subject: unknown;
}

/**
 * Adds a manifest, and all that it names, directly or not, to `blobs`. Manifests are read and verified. Gives them, the
 * first one first. Those in `walked` are not looked at again, and it gets the others: several roots may lead to the same
 * ones. Throws `kit-malformed`, `descriptor-mismatch`, and what the source throws.
 */
export async function walkContents(
  source: ReadTarget,
  root: Descriptor,
  blobs: Map<Digest, ArchiveBlob>,
  signal: AbortSignal,
  walked = new Set<Digest>(),
): Promise<readonly WalkedManifest[]> {
  const manifests = new Map([[root.digest, root]]);
  const found: WalkedManifest[] = [];
  for (const manifest of manifests.values()) {
    signal.throwIfAborted();
    if (walked.has(manifest.digest)) continue;
    walked.add(manifest.digest);
    if (manifests.size > maxManifests)
      throw new KitwrightError('kit-malformed', `${root.digest} stands for more than ${maxManifests} manifests.`);
    const bytes = await verifiedBytes(manifest, source, maxManifestSize);
    const fields = strictJson(bytes, 'manifest');
    checkKind(fields, manifest.mediaType);
    const { artifactType, subject } = fields;
    found.push({
      descriptor: manifest,
      artifactType: typeof artifactType === 'string' ? artifactType : undefined,
      subject,
    });
    blobs.set(manifest.digest, { descriptor: manifest, content: contentOfBytes(bytes) });
    for (const child of childrenOf(bytes))
      if (isManifestType(child.mediaType)) manifests.set(child.digest, child);
      else if (!blobs.has(child.digest))
        blobs.set(child.digest, { descriptor: child, content: contentOf(child, source) });
  }
  return found;
}
