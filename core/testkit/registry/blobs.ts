import { type Answer, refusal } from './answer.ts';
import type { Route } from './Route.ts';

/** A blob of the repository: all of it, a part, or only its headers. */
export function blob(route: BlobRoute, digest: string): Answer {
  const { content, request, repository, ignoreRange } = route;
  if (request.method === 'DELETE') return deleteBlob(route, digest);
  const bytes = content.links.has(`${repository} ${digest}`) ? content.blobs.get(digest) : undefined;
  if (!bytes) return refusal(404, 'BLOB_UNKNOWN');
  const headers = { 'docker-content-digest': digest, 'content-type': 'application/octet-stream' };
  if (request.method === 'HEAD')
    return { status: 200, headers: { ...headers, 'content-length': String(bytes.byteLength) } };
  if (route.storage) return { status: 307, headers: { location: `${route.storage}${request.url}` } };
  const range = ignoreRange ? undefined : rangeOf(request.headers.range, bytes.byteLength);
  if (range === undefined) return { status: 200, headers, body: bytes };
  if (range === 'unsatisfiable') return refusal(416, 'RANGE_INVALID');
  return {
    status: 206,
    headers: { ...headers, 'content-range': `bytes ${range.start}-${range.end}/${bytes.byteLength}` },
    body: bytes.subarray(range.start, range.end + 1),
  };
}

/** What answering a request for a blob needs. */
type BlobRoute = Pick<Route, 'content' | 'request' | 'repository' | 'ignoreRange' | 'storage'>;

function deleteBlob({ content, repository }: BlobRoute, digest: string): Answer {
  return content.links.delete(`${repository} ${digest}`) ? { status: 202 } : refusal(404, 'BLOB_UNKNOWN');
}

interface Range {
  readonly start: number;
  /** Offset of the last byte. */
  readonly end: number;
}

/** Undefined if the whole blob must be sent; `unsatisfiable` beyond the end or backwards (RFC 9110, 14.1.2). */
function rangeOf(header: string | undefined, size: number): Range | 'unsatisfiable' | undefined {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (first === undefined || (first === '' && last === '')) return undefined;
  if (first === '') return size === 0 ? 'unsatisfiable' : { start: Math.max(0, size - Number(last)), end: size - 1 };
  const [start, end] = [Number(first), Math.min(last ? Number(last) : size - 1, size - 1)];
  return start >= size || start > end ? 'unsatisfiable' : { start, end };
}
