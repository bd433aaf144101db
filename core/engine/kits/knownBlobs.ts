import { statSync } from 'node:fs';
import type { Digest } from '../oci/digest.ts';
import { isManifestType } from '../oci/mediaTypes.ts';
import type { ArchiveBlob } from '../store/archive/ArchiveContents.ts';
import { archiveOrParts } from '../store/archive/archiveParts.ts';
import { createOciArchive } from '../store/ociArchive.ts';
import { gatherKits } from './gatherKits.ts';
import type { KitPlaces } from './kitSources.ts';
import { walkContents } from './walkContents.ts';

/**
 * The digests of what somebody has who got these archives (paths) and kits (references). An archive counts with all that its
 * kits consist of, also what it leaves out itself. Throws what reading them throws.
 */
export async function knownBlobs(
  places: KitPlaces,
  texts: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const known = new Map<Digest, ArchiveBlob>();
  const references: string[] = [];
  for (const text of texts) {
    const path = archiveOrParts(text);
    if (!statSync(path, { throwIfNoEntry: false })?.isFile()) references.push(text);
    else await addArchive(path, known, signal);
  }
  const kits = references.length ? await gatherKits(places, references, signal) : { blobs: [] };
  return new Set([...known.keys(), ...kits.blobs.map(({ descriptor }) => descriptor.digest)]);
}

async function addArchive(path: string, known: Map<Digest, ArchiveBlob>, signal: AbortSignal): Promise<void> {
  const archive = createOciArchive(path);
  const walked = new Set<Digest>();
  for (const { annotations: _, ...entry } of archive.index())
    if (isManifestType(entry.mediaType)) await walkContents(archive, entry, known, signal, walked);
}
