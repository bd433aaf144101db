import { createHash } from 'node:crypto';

export interface StoredManifest {
  readonly mediaType: string;
  readonly bytes: Buffer;
}

/** What the registry holds, all in memory. */
export interface RegistryContent {
  readonly blobs: Map<string, Buffer>;
  /** By `repository digest`: who may see which blob. */
  readonly links: Set<string>;
  /** By `repository digest`. */
  readonly manifests: Map<string, StoredManifest>;
  /** By `repository tag`, the digest. */
  readonly tags: Map<string, string>;
  /** Uploads by id. */
  readonly uploads: Map<string, Buffer>;
}

export const createContent = (): RegistryContent => ({
  blobs: new Map(),
  links: new Set(),
  manifests: new Map(),
  tags: new Map(),
  uploads: new Map(),
});

export const sha256 = (bytes: Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** Finds a manifest by tag or digest. */
export const findManifest = (
  { manifests, tags }: RegistryContent,
  repository: string,
  reference: string,
): { readonly digest: string; readonly manifest: StoredManifest } | undefined => {
  const digest = tags.get(`${repository} ${reference}`) ?? reference;
  const manifest = manifests.get(`${repository} ${digest}`);
  return manifest && { digest, manifest };
};

/** What names a manifest as its subject. */
export const referrersOf = ({ manifests }: RegistryContent, repository: string, subject: string): readonly unknown[] =>
  [...manifests].flatMap(([key, { bytes, mediaType }]) => {
    const [holder, digest] = key.split(' ');
    const json = JSON.parse(bytes.toString()) as {
      readonly subject?: { readonly digest?: string };
      readonly artifactType?: string;
      readonly annotations?: unknown;
    };
    if (holder !== repository || json.subject?.digest !== subject) return [];
    return [
      { mediaType, digest, size: bytes.byteLength, artifactType: json.artifactType, annotations: json.annotations },
    ];
  });
