import type { Descriptor } from '../../oci/descriptor.ts';
import { annotationNames, isManifestType } from '../../oci/mediaTypes.ts';
import type { OciIndex } from '../ociIndex.ts';
import type { Content } from '../roles.ts';

/** What an archive holds, decided before its first byte is written. */
export interface ArchiveContents {
  readonly index: OciIndex;
  readonly blobs: readonly ArchiveBlob[];
}

/** A blob or manifest, and where its bytes come from. They are verified when they are written. */
export interface ArchiveBlob {
  readonly descriptor: Descriptor;
  readonly content: Content;
}

/**
 * The same in an order that depends on nothing but the contents: names before what has none, each sorted byte by byte;
 * manifests, which say what to expect, before blobs, and small blobs before large ones.
 */
export function sortedContents({ index, blobs }: ArchiveContents): ArchiveContents {
  return {
    index: index.toSorted((a, b) => compareText(entryKey(a), entryKey(b))),
    blobs: blobs.toSorted(
      ({ descriptor: a }, { descriptor: b }) =>
        rankOf(a) - rankOf(b) || a.size - b.size || compareText(a.digest, b.digest),
    ),
  };
}

function entryKey({ annotations, digest }: Descriptor): string {
  const name = annotations?.[annotationNames.refName];
  return name === undefined ? `1 ${digest}` : `0 ${name} ${digest}`;
}

function rankOf({ mediaType }: Descriptor): number {
  return isManifestType(mediaType) ? 0 : 1;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
