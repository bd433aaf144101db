const mebibyte = 1024 * 1024;

/**
 * One double for each family of `plugins/registry/quirks.ts`. Quay's limit is 20 GB; here it is small enough for a
 * test.
 */
export const families = {
  ECR: {
    patchStatus: 201,
    stuckRange: true,
    redirects: true,
    source: 'aws/containers-roadmap#2831, dotnet/sdk-container-builds#279',
  },
  Google: { onePatch: true, redirects: true, source: 'dotnet/sdk-container-builds#287' },
  GHCR: { patchLimit: 4 * mebibyte, redirects: true, source: 'ocx-sh/ocx#237' },
  ACR: { putLimit: 20 * mebibyte, redirects: true, source: 'goharbor/harbor#23015' },
  'Docker Hub': { redirects: true, noReferrers: true, source: 'docs.docker.com, registry API' },
  Quay: { putLimit: 65 * mebibyte, patchLimit: 65 * mebibyte, redirects: true, source: 'oras-project/oras-py#137' },
  Harbor: { source: 'goharbor/harbor, distribution underneath' },
  Artifactory: { lastPartOnly: true, source: 'wasmCloud/wasmCloud#3405' },
  zot: { neverMounts: true, source: 'project-zot/zot, a mount without a hit' },
  distribution: { noReferrers: true, source: 'distribution/distribution' },
} as const satisfies Readonly<Record<string, Family>>;

/** How registries of one family behave where they differ from the distribution-spec. Sizes in bytes. */
export interface Family {
  /** A larger PATCH is answered by 416. */
  readonly patchLimit?: number;
  /** PATCH is answered by this status instead of 202. */
  readonly patchStatus?: number;
  /** The `Range` of an answer stays that of the first part. */
  readonly stuckRange?: boolean;
  /** A second PATCH of one upload is refused. */
  readonly onePatch?: boolean;
  /** Of several parts only the last is kept, and all is said to be well. */
  readonly lastPartOnly?: boolean;
  /** A larger PUT is answered by 413. */
  readonly putLimit?: number;
  /** Contents are at another host, which answers 400 to a request that has credentials. */
  readonly redirects?: boolean;
  /** There is no referrers API. */
  readonly noReferrers?: boolean;
  /** A mount is never done: an upload is opened instead. */
  readonly neverMounts?: boolean;
  /** Where this was read. */
  readonly source: string;
}

export type FamilyName = keyof typeof families;
