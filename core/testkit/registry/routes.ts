import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { type Answer, refusal } from './answer.ts';
import { findManifest, type RegistryContent, referrersOf, sha256 } from './content.ts';

/** One request, read as far as its route needs. */
export interface RouteContext {
  readonly content: RegistryContent;
  readonly request: IncomingMessage;
  readonly url: URL;
  readonly repository: string;
  /** What follows the repository: `blobs/…`, `manifests/…`, `tags/list`. */
  readonly rest: string;
  readonly body: () => Promise<Buffer>;
  readonly ignoreRange: boolean;
  readonly mounts: boolean;
  readonly pageSize: number;
}

const uploadAnswer = ({ content, repository }: RouteContext, id: string, status: number): Answer => {
  const size = content.uploads.get(id)?.byteLength ?? 0;
  return {
    status,
    headers: { location: `/v2/${repository}/blobs/uploads/${id}?state=x`, range: `0-${Math.max(0, size - 1)}` },
  };
};

const keep = ({ content, repository }: RouteContext, digest: string, bytes: Buffer): Answer => {
  if (sha256(bytes) !== digest) return refusal(400, 'DIGEST_INVALID', 'provided digest did not match uploaded content');
  content.blobs.set(digest, bytes);
  content.links.add(`${repository} ${digest}`);
  return { status: 201, headers: { location: `/v2/${repository}/blobs/${digest}` } };
};

const startUpload = (context: RouteContext): Answer => {
  const { content, url, repository } = context;
  const [mount, from] = [url.searchParams.get('mount'), url.searchParams.get('from')];
  if (mount && from && context.mounts && content.links.has(`${from} ${mount}`)) {
    content.links.add(`${repository} ${mount}`);
    return { status: 201, headers: { location: `/v2/${repository}/blobs/${mount}` } };
  }
  const id = randomUUID();
  content.uploads.set(id, Buffer.alloc(0));
  return uploadAnswer(context, id, 202);
};

const append = async (context: RouteContext, id: string): Promise<Answer> => {
  const { content, request } = context;
  const before = content.uploads.get(id) ?? Buffer.alloc(0);
  const start = Number(/^(\d+)-/.exec(request.headers['content-range'] ?? '')?.[1] ?? before.byteLength);
  if (start !== before.byteLength) return { ...uploadAnswer(context, id, 416) };
  const bytes = await context.body();
  content.uploads.set(id, Buffer.concat([before, bytes]));
  return uploadAnswer(context, id, 202);
};

const upload = async (context: RouteContext, id: string): Promise<Answer> => {
  const { content, request, url } = context;
  const before = content.uploads.get(id);
  if (!before) return refusal(404, 'BLOB_UPLOAD_UNKNOWN');
  if (request.method === 'GET') return uploadAnswer(context, id, 204);
  if (request.method === 'PATCH') return append(context, id);
  const bytes = Buffer.concat([before, await context.body()]);
  content.uploads.delete(id);
  return keep(context, url.searchParams.get('digest') ?? '', bytes);
};

const readBlob = ({ content, request, repository, ignoreRange }: RouteContext, digest: string): Answer => {
  const bytes = content.links.has(`${repository} ${digest}`) ? content.blobs.get(digest) : undefined;
  if (!bytes) return refusal(404, 'BLOB_UNKNOWN');
  const headers = { 'docker-content-digest': digest, 'content-type': 'application/octet-stream' };
  if (request.method === 'HEAD')
    return { status: 200, headers: { ...headers, 'content-length': String(bytes.byteLength) } };
  const range = ignoreRange ? null : /^bytes=(\d+)-(\d+)?$/.exec(request.headers.range ?? '');
  if (!range) return { status: 200, headers, body: bytes };
  const [start, end] = [Number(range[1]), Math.min(Number(range[2] ?? bytes.byteLength - 1), bytes.byteLength - 1)];
  if (start >= bytes.byteLength) return refusal(416, 'RANGE_INVALID');
  return {
    status: 206,
    headers: { ...headers, 'content-range': `bytes ${start}-${end}/${bytes.byteLength}` },
    body: bytes.subarray(start, end + 1),
  };
};

const missingChildren = ({ content, repository }: RouteContext, bytes: Buffer): boolean => {
  const { config, layers, manifests } = JSON.parse(bytes.toString()) as Record<string, unknown>;
  const blobs = [...(config ? [config] : []), ...((layers as unknown[]) ?? [])] as { readonly digest: string }[];
  const children = ((manifests as unknown[]) ?? []) as { readonly digest: string }[];
  return (
    blobs.some(({ digest }) => !content.links.has(`${repository} ${digest}`)) ||
    children.some(({ digest }) => !content.manifests.has(`${repository} ${digest}`))
  );
};

const putManifest = async (context: RouteContext, reference: string): Promise<Answer> => {
  const { content, request, repository } = context;
  const bytes = await context.body();
  const digest = sha256(bytes);
  if (missingChildren(context, bytes)) return refusal(404, 'MANIFEST_BLOB_UNKNOWN');
  content.manifests.set(`${repository} ${digest}`, { mediaType: request.headers['content-type'] ?? '', bytes });
  if (reference !== digest) content.tags.set(`${repository} ${reference}`, digest);
  return {
    status: 201,
    headers: { 'docker-content-digest': digest, location: `/v2/${repository}/manifests/${digest}` },
  };
};

const deleteManifest = ({ content, repository }: RouteContext, reference: string): Answer => {
  if (content.tags.delete(`${repository} ${reference}`)) return { status: 202 };
  if (!content.manifests.delete(`${repository} ${reference}`)) return refusal(404, 'MANIFEST_UNKNOWN');
  for (const [key, digest] of content.tags) if (digest === reference) content.tags.delete(key);
  return { status: 202 };
};

const manifests = async (context: RouteContext, reference: string): Promise<Answer> => {
  if (context.request.method === 'PUT') return putManifest(context, reference);
  if (context.request.method === 'DELETE') return deleteManifest(context, reference);
  const found = findManifest(context.content, context.repository, reference);
  if (!found) return refusal(404, 'MANIFEST_UNKNOWN');
  const { mediaType, bytes } = found.manifest;
  return { status: 200, headers: { 'content-type': mediaType, 'docker-content-digest': found.digest }, body: bytes };
};

const listTags = ({ content, repository, url, pageSize }: RouteContext): Answer => {
  const all = [...content.tags.keys()]
    .filter((key) => key.startsWith(`${repository} `))
    .map((key) => key.split(' ')[1] ?? '');
  const names = all.sort().filter((tag) => tag > (url.searchParams.get('last') ?? ''));
  const page = names.slice(0, pageSize);
  const more = names.length > page.length;
  if (!all.length) return refusal(404, 'NAME_UNKNOWN');
  return {
    status: 200,
    headers: more ? { link: `</v2/${repository}/tags/list?last=${page.at(-1)}>; rel="next"` } : {},
    body: Buffer.from(JSON.stringify({ name: repository, tags: page })),
  };
};

/** Answers a request to a repository as distribution-spec 1.1 says. */
export const route = async (context: RouteContext): Promise<Answer> => {
  const { rest, request, content, repository } = context;
  if (rest === 'tags/list') return listTags(context);
  if (rest === 'blobs/uploads/' && request.method === 'POST') return startUpload(context);
  if (rest.startsWith('blobs/uploads/')) return upload(context, rest.slice('blobs/uploads/'.length));
  if (rest.startsWith('blobs/')) return readBlob(context, rest.slice('blobs/'.length));
  if (rest.startsWith('manifests/')) return manifests(context, rest.slice('manifests/'.length));
  if (rest.startsWith('referrers/')) {
    const found = referrersOf(content, repository, rest.slice('referrers/'.length));
    return { status: 200, body: Buffer.from(JSON.stringify({ schemaVersion: 2, manifests: found })) };
  }
  return refusal(404, 'NAME_UNKNOWN');
};
