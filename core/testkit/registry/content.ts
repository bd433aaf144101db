import { createHash } from 'node:crypto';

/** The data of the registry, all in memory. */
export interface RegistryContent {
  readonly blobs: Map<string, Buffer>;
  /** By `repository digest`: which repository has which blob. */
  readonly links: Set<string>;
  /** By `repository digest`. */
  readonly manifests: Map<string, StoredManifest>;
  /** By `repository tag`, the digest. */
  readonly tags: Map<string, string>;
  /** Uploads by id. */
  readonly uploads: Map<string, Buffer>;
  /** By upload, the sizes of its parts in bytes. */
  readonly parts: Map<string, readonly number[]>;
}

export interface StoredManifest {
  readonly mediaType: string;
  readonly bytes: Buffer;
}

export function createContent(): RegistryContent {
  return {
    blobs: new Map(),
    links: new Set(),
    manifests: new Map(),
    tags: new Map(),
    uploads: new Map(),
    parts: new Map(),
  };
}

/**
 * The digest of bytes by the algorithm of another digest: registries take sha256 and sha512 (image-spec,
 * descriptor.md).
 */
export function digestLike(digest: string, bytes: Uint8Array): string {
  const algorithm = digest.startsWith('sha512:') ? 'sha512' : 'sha256';
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`;
}

export function sha256(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** Finds a manifest by tag or digest. */
export function findManifest(
  { manifests, tags }: RegistryContent,
  repository: string,
  reference: string,
): { readonly digest: string; readonly manifest: StoredManifest } | undefined {
  const digest = tags.get(`${repository} ${reference}`) ?? reference;
  const manifest = manifests.get(`${repository} ${digest}`);
  return manifest && { digest, manifest };
}

/** The fields of a manifest. */
export interface ManifestJson {
  readonly artifactType?: string;
  readonly subject?: { readonly digest?: string };
  readonly annotations?: Readonly<Record<string, string>>;
  readonly config?: { readonly digest: string; readonly mediaType?: string };
  readonly layers?: readonly { readonly digest: string; readonly mediaType?: string }[] | null;
  readonly manifests?: readonly { readonly digest: string }[] | null;
}

/** One entry of the answer of the referrers API (distribution-spec, listing referrers). */
export interface Referrer {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly artifactType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** The referrers of a manifest: those that name it as their subject. */
export function referrersOf({ manifests }: RegistryContent, repository: string, subject: string): readonly Referrer[] {
  return [...manifests].flatMap(([key, manifest]) => {
    const [holder, digest = ''] = key.split(' ');
    const json = JSON.parse(manifest.bytes.toString()) as ManifestJson;
    return holder === repository && json.subject?.digest === subject ? [referrerOf(manifest, digest, json)] : [];
  });
}

function referrerOf({ bytes, mediaType }: StoredManifest, digest: string, json: ManifestJson): Referrer {
  const artifactType = json.artifactType ?? json.config?.mediaType;
  return {
    mediaType,
    digest,
    size: bytes.byteLength,
    ...(artifactType ? { artifactType } : {}),
    ...(json.annotations ? { annotations: json.annotations } : {}),
  };
}
