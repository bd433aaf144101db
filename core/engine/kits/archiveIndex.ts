import type { Descriptor } from '../oci/descriptor.ts';
import { annotationNames, isIndexType } from '../oci/mediaTypes.ts';
import type { OciIndex } from '../store/ociIndex.ts';
import type { Referrer } from '../store/referrers/Referrer.ts';
import type { GatheredKits } from './gatherKits.ts';

/**
 * The `index.json` of an archive: each kit under its name, and each referrer, because oras and Kitwright find referrers
 * only there. Where one kit was asked for, it and what cosign keeps of it are marked as `cosign save` does, so that
 * `cosign verify --local-image` reads the unpacked archive.
 */
export function archiveIndex({ kits, referrers }: Omit<GatheredKits, 'blobs'>): OciIndex {
  const named = kits.filter(({ isNamed }) => isNamed);
  const marked = named.length === 1 ? named[0]?.root : undefined;
  return [
    ...kits.map(({ name, root }) => ({
      ...root,
      annotations: {
        [annotationNames.refName]: name,
        ...(root.digest === marked?.digest ? { kind: kindOf(root) } : {}),
      },
    })),
    ...referrers.map((referrer) => referrerEntry(referrer, referrer.subject === marked?.digest)),
  ];
}

/** cosign, pkg/oci/layout/index.go. */
const cosignKind = 'dev.cosignproject.cosign/';

function kindOf({ mediaType }: Descriptor): string {
  return `${cosignKind}${isIndexType(mediaType) ? 'imageIndex' : 'image'}`;
}

function referrerEntry({ descriptor, tag }: Referrer, isMarked: boolean): Descriptor {
  const { mediaType, digest, size, artifactType } = descriptor;
  const kind = isMarked ? /\.(sig|att)$/.exec(tag ?? '')?.[1] : undefined;
  const annotations = {
    ...(tag === undefined ? {} : { [annotationNames.refName]: tag }),
    ...(kind === undefined ? {} : { kind: `${cosignKind}${kind}s` }),
  };
  return {
    mediaType,
    digest,
    size,
    ...(artifactType === undefined ? {} : { artifactType }),
    ...(Object.keys(annotations).length ? { annotations } : {}),
  };
}
