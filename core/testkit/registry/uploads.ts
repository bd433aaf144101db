import { randomUUID } from 'node:crypto';
import { type Answer, refusal } from './answer.ts';
import { digestLike } from './content.ts';
import type { Route } from './Route.ts';

/** Opens an upload, mounts a blob, or stores one that was sent in the same request. */
export async function startUpload(route: Route): Promise<Answer> {
  const { content, url } = route;
  const taken = mounted(route);
  if (taken) return taken;
  const digest = url.searchParams.get('digest');
  if (digest) return keep(route, digest, await route.body());
  const id = randomUUID();
  content.uploads.set(id, Buffer.alloc(0));
  return progress(route, id, 202);
}

/** Mounts a blob from the named repository, or from any if none is named. */
function mounted({ content, url, repository, mounts, family }: Route): Answer | undefined {
  const [digest, from] = [url.searchParams.get('mount'), url.searchParams.get('from')];
  if (!digest || !mounts || family?.neverMounts) return undefined;
  const holders = [...content.links].filter((link) => link.endsWith(` ${digest}`));
  if (from ? !content.links.has(`${from} ${digest}`) : !holders.length)
    return family?.mountRefusal ? refusal(family.mountRefusal, 'UNAUTHORIZED', 'project not found') : undefined;
  content.links.add(`${repository} ${digest}`);
  return { status: 201, headers: { location: `/v2/${repository}/blobs/${digest}` } };
}

function keep({ content, repository, family }: Route, digest: string, bytes: Buffer): Answer {
  if (digestLike(digest, bytes) !== digest && !family?.lastPartOnly)
    return refusal(400, 'DIGEST_INVALID', 'provided digest did not match uploaded content');
  content.blobs.set(digest, bytes);
  content.links.add(`${repository} ${digest}`);
  return { status: 201, headers: { location: `/v2/${repository}/blobs/${digest}`, 'docker-content-digest': digest } };
}

function progress(route: Route, id: string, status: number): Answer {
  const { content, repository, family } = route;
  const size = family?.stuckRange ? (partsOf(route, id)[0] ?? 0) : (content.uploads.get(id)?.byteLength ?? 0);
  return {
    status,
    headers: { location: `/v2/${repository}/blobs/uploads/${id}?state=x`, range: `0-${Math.max(0, size - 1)}` },
  };
}

/** Sizes of the parts of an upload, on which some families' behaviour depends. */
function partsOf({ content }: Route, id: string): readonly number[] {
  return content.parts.get(id) ?? [];
}

/** Answers a request to an upload: its offset, its next chunk, its commit. */
export async function upload(route: Route, id: string): Promise<Answer> {
  const { content, request } = route;
  const before = content.uploads.get(id);
  if (!before) return refusal(404, 'BLOB_UPLOAD_UNKNOWN');
  if (request.method === 'GET') return progress(route, id, 204);
  if (request.method === 'DELETE') return content.uploads.delete(id) ? { status: 204 } : refusal(404, 'BLOB_UNKNOWN');
  return isNext(route, before) ? append(route, id, before) : progress(route, id, 416);
}

/** Does a chunk begin where the last one ended? One without a range does. */
function isNext({ request }: Route, before: Buffer): boolean {
  return Number(/^(\d+)-/.exec(request.headers['content-range'] ?? '')?.[1] ?? before.byteLength) === before.byteLength;
}

async function append(route: Route, id: string, before: Buffer): Promise<Answer> {
  const { content, request, url, family } = route;
  const part = await route.body();
  const refused = tooLarge(route, request.method, part.byteLength);
  if (refused) return refused;
  const parts = [...partsOf(route, id), ...(part.byteLength ? [part.byteLength] : [])];
  if (family?.onePatch && parts.length > 1) return refusal(400, 'BLOB_UPLOAD_INVALID', 'chunks are not supported');
  const bytes = Buffer.concat([before, part]);
  content.uploads.set(id, bytes);
  content.parts.set(id, parts);
  if (request.method === 'PATCH') return progress(route, id, family?.patchStatus ?? 202);
  content.uploads.delete(id);
  const kept = family?.lastPartOnly ? bytes.subarray(bytes.byteLength - (parts.at(-1) ?? 0)) : bytes;
  return keep(route, url.searchParams.get('digest') ?? '', kept);
}

function tooLarge({ family }: Route, method: string | undefined, size: number): Answer | undefined {
  if (method === 'PATCH' && size > (family?.patchLimit ?? size)) return refusal(416, 'BLOB_UPLOAD_INVALID');
  if (method === 'PUT' && size > (family?.putLimit ?? size)) return refusal(413, 'SIZE_INVALID');
  return undefined;
}
