import { randomUUID } from 'node:crypto';
import { type Answer, refusal } from './answer.ts';
import { digestLike } from './content.ts';
import type { RouteContext } from './RouteContext.ts';

const progress = ({ content, repository }: RouteContext, id: string, status: number): Answer => {
  const size = content.uploads.get(id)?.byteLength ?? 0;
  return {
    status,
    headers: { location: `/v2/${repository}/blobs/uploads/${id}?state=x`, range: `0-${Math.max(0, size - 1)}` },
  };
};

const keep = ({ content, repository }: RouteContext, digest: string, bytes: Buffer): Answer => {
  if (digestLike(digest, bytes) !== digest)
    return refusal(400, 'DIGEST_INVALID', 'provided digest did not match uploaded content');
  content.blobs.set(digest, bytes);
  content.links.add(`${repository} ${digest}`);
  return { status: 201, headers: { location: `/v2/${repository}/blobs/${digest}`, 'docker-content-digest': digest } };
};

/** Takes a blob over from the repository that is named, or from any if none is. */
const mounted = ({ content, url, repository, mounts }: RouteContext): Answer | undefined => {
  const [digest, from] = [url.searchParams.get('mount'), url.searchParams.get('from')];
  if (!digest || !mounts) return undefined;
  const holders = [...content.links].filter((link) => link.endsWith(` ${digest}`));
  if (from ? !content.links.has(`${from} ${digest}`) : !holders.length) return undefined;
  content.links.add(`${repository} ${digest}`);
  return { status: 201, headers: { location: `/v2/${repository}/blobs/${digest}` } };
};

/** Opens an upload, takes a blob over, or keeps one that came along. */
export const startUpload = async (context: RouteContext): Promise<Answer> => {
  const { content, url } = context;
  const taken = mounted(context);
  if (taken) return taken;
  const digest = url.searchParams.get('digest');
  if (digest) return keep(context, digest, await context.body());
  const id = randomUUID();
  content.uploads.set(id, Buffer.alloc(0));
  return progress(context, id, 202);
};

/** Does a chunk begin where the last one ended? One without a range does. */
const isNext = ({ request }: RouteContext, before: Buffer): boolean =>
  Number(/^(\d+)-/.exec(request.headers['content-range'] ?? '')?.[1] ?? before.byteLength) === before.byteLength;

/** An upload: how far it is, its next chunk, its end. */
export const upload = async (context: RouteContext, id: string): Promise<Answer> => {
  const { content, request, url } = context;
  const before = content.uploads.get(id);
  if (!before) return refusal(404, 'BLOB_UPLOAD_UNKNOWN');
  if (request.method === 'GET') return progress(context, id, 204);
  if (request.method === 'DELETE') return content.uploads.delete(id) ? { status: 204 } : refusal(404, 'BLOB_UNKNOWN');
  if (!isNext(context, before)) return progress(context, id, 416);
  const bytes = Buffer.concat([before, await context.body()]);
  content.uploads.set(id, bytes);
  if (request.method === 'PATCH') return progress(context, id, 202);
  content.uploads.delete(id);
  return keep(context, url.searchParams.get('digest') ?? '', bytes);
};
