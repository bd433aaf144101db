/** How the registries of one family take uploads. Data, so that a new one is one row. */
export interface Quirks {
  readonly family: string;
  readonly hosts: RegExp;
  /** `patch`: parts, which can resume after a cut. `put`: one request, all or nothing. */
  readonly upload: 'patch' | 'put';
  /** Bytes of one PATCH. */
  readonly chunkBytes: number;
  /** Does the `Range` of an answer give the offset of the upload? ECR repeats that of the first part. */
  readonly trustsRange: boolean;
  /** Check the size of a blob after its commit: Artifactory may keep only the last part and report success. */
  readonly checksSize: boolean;
  /** The source of this rule. */
  readonly source: string;
}

const mebibyte = 1024 * 1024;

/** The rules of most registries (distribution-spec 1.1, "Pushing a blob in chunks"). */
export const defaultQuirks: Quirks = {
  family: 'distribution',
  hosts: /$^/,
  upload: 'patch',
  chunkBytes: 512 * mebibyte,
  trustsRange: true,
  checksSize: false,
  source: 'opencontainers/distribution-spec 1.1, spec.md',
};

/** One request; offsets in answers are ignored. */
const putUnread = { upload: 'put', trustsRange: false } as const;

export const quirkTable: readonly Quirks[] = [
  row('ECR', /\.dkr\.ecr(?:-fips)?\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?$/, 'aws/containers-roadmap#2831', putUnread),
  row('ECR public', /^public\.ecr\.aws$/, 'aws/containers-roadmap#2831, SgtSilvio/gradle-oci#141', putUnread),
  row('Google', /(?:^|\.)gcr\.io$|\.pkg\.dev$/, 'dotnet/sdk-container-builds#287', { upload: 'put' }),
  row('GHCR', /^ghcr\.io$/, 'ocx-sh/ocx#237', { upload: 'put', chunkBytes: 4 * mebibyte }),
  row('ACR', /\.azurecr\.(?:io|cn|us)$/, 'goharbor/harbor#23015, Azure/acr#866', { chunkBytes: 16 * mebibyte }),
  row('Docker Hub', /^(?:registry-1\.)?docker\.io$/, 'docs.docker.com, registry API', {}),
  row('Quay', /^quay\.io$/, 'oras-project/oras-py#137', { chunkBytes: 64 * mebibyte }),
  row('Harbor', /^(?:demo\.)?goharbor\.io$|^harbor\./, 'goharbor/harbor#17097', {}),
  row('GitLab', /(?:^|\.)gitlab\./, 'google/go-containerregistry#220, GoogleContainerTools/kaniko#181', {}),
  row('Artifactory', /\.jfrog\.io$|(?:^|\.)artifactory\./, 'wasmCloud/wasmCloud#3405, oras-project/oras-go#650', {
    upload: 'put',
    checksSize: true,
  }),
  row('zot', /^zothub\.io$/, 'project-zot/zot, dist-spec conformant', {}),
];

function row(family: string, hosts: RegExp, source: string, differs: Partial<Quirks>): Quirks {
  return {
    ...defaultQuirks,
    family,
    hosts,
    source,
    ...differs,
  };
}

/** The rules for a host, with or without a port. */
export function quirksOf(host: string): Quirks {
  const name = host.replace(/:\d+$/, '');
  return quirkTable.find(({ hosts }) => hosts.test(name)) ?? defaultQuirks;
}
