import { type Answer, refusal } from './answer.ts';
import { digestLike, findManifest, type ManifestJson, referrersOf } from './content.ts';
import type { Route } from './Route.ts';

/** Stores, removes or returns a manifest by tag or digest. */
export async function manifest(route: Route, reference: string): Promise<Answer> {
  if (route.request.method === 'PUT') return put(route, reference);
  if (route.request.method === 'DELETE') return remove(route, reference);
  const found = findManifest(route.content, route.repository, reference);
  if (!found) return refusal(404, 'MANIFEST_UNKNOWN');
  const { mediaType, bytes } = found.manifest;
  const headers = { 'content-type': mediaType, 'docker-content-digest': found.digest, etag: `"${found.digest}"` };
  return { status: 200, headers, body: bytes };
}

async function put(route: Route, reference: string): Promise<Answer> {
  const { content, request, repository, family } = route;
  const bytes = await route.body();
  const json = parse(bytes);
  if (!json) return refusal(400, 'MANIFEST_INVALID');
  const digest = digestLike(reference, bytes);
  const byDigest = reference.includes(':');
  if (byDigest && reference !== digest) return refusal(400, 'DIGEST_INVALID');
  if (isMoved(route, reference)) return refusal(412, 'DENIED');
  if (lacksChildren(route, json)) return refusal(404, 'MANIFEST_BLOB_UNKNOWN');
  content.manifests.set(`${repository} ${digest}`, { mediaType: request.headers['content-type'] ?? '', bytes });
  if (!byDigest) content.tags.set(`${repository} ${reference}`, digest);
  return {
    status: 201,
    headers: {
      'docker-content-digest': digest,
      location: `/v2/${repository}/manifests/${digest}`,
      ...(json.subject?.digest && !family?.noReferrers ? { 'oci-subject': json.subject.digest } : {}),
    },
  };
}

/** Does it no longer have the entity tag that the request is for (RFC 9110, 13.1.1)? */
function isMoved({ content, repository, request }: Route, reference: string): boolean {
  const wanted = request.headers['if-match'];
  return wanted !== undefined && wanted !== `"${findManifest(content, repository, reference)?.digest}"`;
}

function json(value: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return {
    status: 200,
    headers: { 'content-type': 'application/json', ...headers },
    body: Buffer.from(JSON.stringify(value)),
  };
}

function parse(bytes: Buffer): ManifestJson | undefined {
  try {
    const value = JSON.parse(bytes.toString()) as unknown;
    return typeof value === 'object' && value !== null ? (value as ManifestJson) : undefined;
  } catch {
    return undefined;
  }
}

function lacksChildren({ content, repository }: Route, json: ManifestJson): boolean {
  const blobs = [...(json.config ? [json.config] : []), ...(json.layers ?? []).filter(isDistributable)];
  return (
    blobs.some(({ digest }) => !content.links.has(`${repository} ${digest}`)) ||
    (json.manifests ?? []).some(({ digest }) => !content.manifests.has(`${repository} ${digest}`))
  );
}

/** Layers that may not be distributed need not exist. */
function isDistributable({ mediaType = '' }: { readonly mediaType?: string }): boolean {
  return !/nondistributable|foreign/.test(mediaType);
}

function remove({ content, repository }: Route, reference: string): Answer {
  if (content.tags.delete(`${repository} ${reference}`)) return { status: 202 };
  if (!content.manifests.delete(`${repository} ${reference}`)) return refusal(404, 'MANIFEST_UNKNOWN');
  for (const [key, digest] of content.tags)
    if (digest === reference && key.startsWith(`${repository} `)) content.tags.delete(key);
  return { status: 202 };
}

/** The tags of a repository, a page of them. */
export function listTags({ content, repository, url, pageSize }: Route): Answer {
  const own = (key: string) => key.startsWith(`${repository} `);
  const all = [...content.tags.keys()].filter(own).map((key) => key.slice(repository.length + 1));
  if (!all.length && ![...content.manifests.keys()].some(own)) return refusal(404, 'NAME_UNKNOWN');
  const wanted = url.searchParams.get('n');
  const size = Math.min(wanted === null ? pageSize : Number(wanted), pageSize);
  const names = all.sort().filter((tag) => tag > (url.searchParams.get('last') ?? ''));
  const page = names.slice(0, size);
  const next = `/v2/${repository}/tags/list?n=${size}&last=${page.at(-1)}`;
  return json(
    { name: repository, tags: page },
    page.length && names.length > page.length ? { link: `<${next}>; rel="next"` } : {},
  );
}

/** The referrers of a manifest; the answer names a filter that was applied. */
export function referrers({ content, repository, url }: Route, subject: string): Answer {
  const type = url.searchParams.get('artifactType');
  const found = referrersOf(content, repository, subject).filter(({ artifactType }) => !type || artifactType === type);
  const mediaType = 'application/vnd.oci.image.index.v1+json';
  return json(
    { schemaVersion: 2, mediaType, manifests: found },
    { 'content-type': mediaType, ...(type ? { 'oci-filters-applied': 'artifactType' } : {}) },
  );
}
