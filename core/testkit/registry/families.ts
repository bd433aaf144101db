import type { TokenOptions } from './tokens.ts';

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
  'ECR public': {
    patchStatus: 201,
    stuckRange: true,
    redirects: true,
    tokens: { challenge: () => 'aws', grant: (asked) => (asked.includes('aws') ? asked : []) },
    source: 'SgtSilvio/gradle-oci#141, aws/containers-roadmap#2831',
  },
  Google: { onePatch: true, redirects: true, source: 'dotnet/sdk-container-builds#287' },
  GHCR: { patchLimit: 4 * mebibyte, redirects: true, source: 'ocx-sh/ocx#237' },
  ACR: { putLimit: 20 * mebibyte, redirects: true, source: 'goharbor/harbor#23015' },
  'Docker Hub': { redirects: true, noReferrers: true, source: 'docs.docker.com, registry API' },
  Quay: { putLimit: 65 * mebibyte, patchLimit: 65 * mebibyte, redirects: true, source: 'oras-project/oras-py#137' },
  Harbor: { mountRefusal: 401, source: 'goharbor/harbor#17097' },
  GitLab: {
    noReferrers: true,
    tokens: { grant: withinGroup },
    source: 'google/go-containerregistry#220, GoogleContainerTools/kaniko#181',
  },
  Artifactory: {
    lastPartOnly: true,
    tokens: { nameOf: (repository) => repository.replace(/^[^/]*\//, '') },
    source: 'wasmCloud/wasmCloud#3405, oras-project/oras-go#650',
  },
  zot: { neverMounts: true, source: 'project-zot/zot, a mount without a hit' },
  distribution: { noReferrers: true, source: 'distribution/distribution' },
} as const satisfies Readonly<Record<string, Family>>;

/** How registries of one family differ from the distribution-spec. Sizes in bytes. */
export interface Family {
  /** A larger PATCH is answered with 416. */
  readonly patchLimit?: number;
  /** PATCH is answered with this status instead of 202. */
  readonly patchStatus?: number;
  /** The `Range` of an answer stays that of the first part. */
  readonly stuckRange?: boolean;
  /** A second PATCH of one upload is refused. */
  readonly onePatch?: boolean;
  /** Of several parts only the last is kept, but the answer reports success. */
  readonly lastPartOnly?: boolean;
  /** A larger PUT is answered with 413. */
  readonly putLimit?: number;
  /** Blobs are at another host, which answers 400 to a request with credentials. */
  readonly redirects?: boolean;
  /** There is no referrers API. */
  readonly noReferrers?: boolean;
  /** A mount is always refused, and an upload opened instead. */
  readonly neverMounts?: boolean;
  /** A mount from a repository that does not exist or is not readable is answered with this status. */
  readonly mountRefusal?: number;
  readonly tokens?: TokenOptions;
  /** The source of this behaviour. */
  readonly source: string;
}

export type FamilyName = keyof typeof families;

/**
 * No token at all for a scope outside of the group `team`; of several scopes for one repository only the last one is
 * used.
 */
function withinGroup(asked: readonly string[]): readonly string[] | undefined {
  if (asked.some((scope) => !scope.startsWith('repository:team/'))) return undefined;
  return [...new Map(asked.map((scope) => [scope.slice(0, scope.lastIndexOf(':')), scope])).values()];
}
