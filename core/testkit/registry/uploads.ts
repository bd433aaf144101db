import { randomUUID } from 'node:crypto';
import { type Answer, refusal } from './answer.ts';
import { digestLike } from './content.ts';
import type { RouteContext } from './RouteContext.ts';

/** Opens an upload, takes a blob over, or keeps one that came along. */
export async function startUpload(context: RouteContext): Promise<Answer> {
  const { content, url } = context;
  const taken = mounted(context);
  if (taken) return taken;
  const digest = url.searchParams.get('digest');
  if (digest) return keep(context, digest, await context.body());
  const id = randomUUID();
  content.uploads.set(id, Buffer.alloc(0));
  return progress(context, id, 202);
}

/** Takes a blob over from the repository that is named, or from any if none is. */
function mounted({ content, url, repository, mounts, family }: RouteContext): Answer | undefined {
  const [digest, from] = [url.searchParams.get('mount'), url.searchParams.get('from')];
  if (!digest || !mounts || family?.neverMounts) return undefined;
  const holders = [...content.links].filter((link) => link.endsWith(` ${digest}`));
  if (from ? !content.links.has(`${from} ${digest}`) : !holders.length)
    return family?.mountRefusal ? refusal(family.mountRefusal, 'UNAUTHORIZED', 'project not found') : undefined;
  content.links.add(`${repository} ${digest}`);
  return { status: 201, headers: { location: `/v2/${repository}/blobs/${digest}` } };
}

function keep({ content, repository, family }: RouteContext, digest: string, bytes: Buffer): Answer {
  if (digestLike(digest, bytes) !== digest && !family?.lastPartOnly)
    return refusal(400, 'DIGEST_INVALID', 'provided digest did not match uploaded content');
  content.blobs.set(digest, bytes);
  content.links.add(`${repository} ${digest}`);
  return { status: 201, headers: { location: `/v2/${repository}/blobs/${digest}`, 'docker-content-digest': digest } };
}

function progress(context: RouteContext, id: string, status: number): Answer {
  const { content, repository, family } = context;
  const size = family?.stuckRange ? (partsOf(context, id)[0] ?? 0) : (content.uploads.get(id)?.byteLength ?? 0);
  return {
    status,
    headers: { location: `/v2/${repository}/blobs/uploads/${id}?state=x`, range: `0-${Math.max(0, size - 1)}` },
  };
}

/** Sizes of the parts of an upload; what a family does wrong depends on them. */
function partsOf({ content }: RouteContext, id: string): readonly number[] {
  return content.parts.get(id) ?? [];
}

/** An upload: how far it is, its next chunk, its end. */
export async function upload(context: RouteContext, id: string): Promise<Answer> {
  const { content, request } = context;
  const before = content.uploads.get(id);
  if (!before) return refusal(404, 'BLOB_UPLOAD_UNKNOWN');
  if (request.method === 'GET') return progress(context, id, 204);
  if (request.method === 'DELETE') return content.uploads.delete(id) ? { status: 204 } : refusal(404, 'BLOB_UNKNOWN');
  return isNext(context, before) ? append(context, id, before) : progress(context, id, 416);
}

/** Does a chunk begin where the last one ended? One without a range does. */
function isNext({ request }: RouteContext, before: Buffer): boolean {
  return Number(/^(\d+)-/.exec(request.headers['content-range'] ?? '')?.[1] ?? before.byteLength) === before.byteLength;
}

async function append(context: RouteContext, id: string, before: Buffer): Promise<Answer> {
  const { content, request, url, family } = context;
  const part = await context.body();
  const refused = tooLarge(context, request.method, part.byteLength);
  if (refused) return refused;
  const parts = [...partsOf(context, id), ...(part.byteLength ? [part.byteLength] : [])];
  if (family?.onePatch && parts.length > 1) return refusal(400, 'BLOB_UPLOAD_INVALID', 'chunks are not supported');
  const bytes = Buffer.concat([before, part]);
  content.uploads.set(id, bytes);
  content.parts.set(id, parts);
  if (request.method === 'PATCH') return progress(context, id, family?.patchStatus ?? 202);
  content.uploads.delete(id);
  const kept = family?.lastPartOnly ? bytes.subarray(bytes.byteLength - (parts.at(-1) ?? 0)) : bytes;
  return keep(context, url.searchParams.get('digest') ?? '', kept);
}

function tooLarge({ family }: RouteContext, method: string | undefined, size: number): Answer | undefined {
  if (method === 'PATCH' && size > (family?.patchLimit ?? size)) return refusal(416, 'BLOB_UPLOAD_INVALID');
  if (method === 'PUT' && size > (family?.putLimit ?? size)) return refusal(413, 'SIZE_INVALID');
  return undefined;
}
