import { createHash } from 'node:crypto';
import type { OpenContext } from '@kitwright/core/plugin';
import { createBucket } from '../createBucket.ts';
import { type BucketLayout, createBucketLayout } from '../createBucketLayout.ts';

/** A request as the store got it. */
export interface Asked {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: Headers;
}

/** A bucket in memory that can do wrong. */
export interface Store {
  readonly objects: Map<string, Buffer>;
  /** Parts of unfinished uploads, by number. */
  readonly uploads: Map<string, Map<number, Buffer>>;
  readonly asked: readonly Asked[];
  readonly warnings: readonly string[];
  /** Answers instead of the store; undefined = the store answers. */
  answer: (asked: Asked) => Response | undefined | Promise<Response | undefined>;
  /** A new process that uses `s3:bucket/kits`. */
  readonly open: (options?: {
    readonly env?: Readonly<Record<string, string>>;
    readonly anonymous?: boolean;
  }) => BucketLayout;
}

export const keys = {
  HOME: '/nowhere',
  AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
  AWS_ACCESS_KEY_ID: 'id',
  AWS_SECRET_ACCESS_KEY: 'the-secret',
};

/** `conditional: false` ignores `If-Match` and `If-None-Match`; `checksums: false` forgets them. */
export function createStore({ conditional = true, checksums = true } = {}): Store {
  const [objects, uploads] = [new Map<string, Buffer>(), new Map<string, Map<number, Buffer>>()];
  const sums = new Map<Buffer, string>();
  const [asked, warnings]: [Asked[], string[]] = [[], []];
  const put = (key: string, body: Buffer, headers: Headers): Response => {
    const now = objects.get(key);
    const [match, none] = [headers.get('if-match'), headers.get('if-none-match')];
    if (conditional && match && !now) return failure(404, 'NoSuchKey');
    if (conditional && ((match && match !== etagOf(now)) || (none && now))) return failure(412, 'PreconditionFailed');
    objects.set(key, body);
    return new Response(null, { headers: { etag: etagOf(body) } });
  };
  const upload = (method: string, key: string, query: URLSearchParams, body: Buffer, headers: Headers): Response => {
    const id = query.get('uploadId') ?? `upload ${uploads.size} of ${key}`;
    const parts = uploads.get(id) ?? new Map<number, Buffer>();
    if (query.has('uploadId') && !uploads.has(id)) return failure(404, 'NoSuchUpload');
    if (method === 'DELETE' || (method === 'POST' && query.has('uploadId'))) uploads.delete(id);
    if (method === 'DELETE') return new Response(null, { status: 204 });
    if (method === 'GET') return new Response(listing([...parts].map((part) => partXml(part, sums))));
    if (method === 'PUT') {
      parts.set(Number(query.get('partNumber')), body);
      if (checksums) sums.set(body, headers.get('x-amz-checksum-crc32') ?? '');
      return new Response(null, { headers: { etag: etagOf(body) } });
    }
    if (query.has('uploadId')) {
      const numbers = [...body.toString().matchAll(/<PartNumber>(\d+)/g)].map(([, number]) => Number(number));
      objects.set(key, Buffer.concat(numbers.map((number) => parts.get(number) ?? Buffer.alloc(0))));
      return new Response('<CompleteMultipartUploadResult/>');
    }
    uploads.set(id, parts);
    return new Response(`<UploadId>${id}</UploadId>`);
  };
  const answer = ({ method, path, headers }: Asked, body: Buffer): Response => {
    const { pathname, searchParams } = new URL(path, 'http://store');
    const key = decodeURIComponent(pathname.replace('/bucket/', ''));
    if (method === 'GET' && searchParams.has('uploads'))
      return new Response(listing([...uploads.keys()].map(uploadXml)));
    if (searchParams.size) return upload(method, key, searchParams, body, headers);
    if (method === 'PUT') return put(key, body, headers);
    const found = objects.get(key);
    if (method === 'DELETE') objects.delete(key);
    if (!found) return failure(404, 'NoSuchKey');
    const [, start = 0, end = found.byteLength - 1] = /^bytes=(\d+)-(\d+)$/.exec(headers.get('range') ?? '') ?? [];
    const part = Uint8Array.from(found.subarray(Number(start), Number(end) + 1));
    return new Response(method === 'HEAD' ? null : part, {
      status: headers.has('range') ? 206 : 200,
      headers: {
        etag: etagOf(found),
        'content-length': String(part.byteLength),
        'content-range': `bytes ${start}-${end}/${found.byteLength}`,
      },
    });
  };
  const store: Store = {
    objects,
    uploads,
    asked,
    warnings,
    answer: () => undefined,
    open: ({ env = keys, anonymous = false } = {}) => {
      const send: typeof fetch = async (input, init) => {
        const url = new URL(String(input));
        const request = {
          method: init?.method ?? 'GET',
          path: url.pathname + url.search,
          headers: new Headers(init?.headers),
        };
        asked.push(request);
        const body = Buffer.from((init?.body ?? '') as string | Uint8Array);
        return (await store.answer(request)) ?? answer(request, body);
      };
      const context: OpenContext = {
        signal: new AbortController().signal,
        fetch: send,
        env,
        anonymous,
        credentials: async () => undefined,
        logger: { warn: (message) => void warnings.push(message), debug: () => undefined },
        home: '/nowhere',
        userAgent: 'test',
        progress: () => undefined,
      };
      return createBucketLayout(createBucket('bucket', 'kits/', context), context);
    },
  };
  return store;
}

export function failure(status: number, code: string): Response {
  return new Response(`<Error><Code>${code}</Code></Error>`, { status });
}

function etagOf(bytes: Buffer | undefined): string {
  return `"${createHash('md5')
    .update(bytes ?? '')
    .digest('hex')}"`;
}

function listing(items: readonly string[]): string {
  return `<List><IsTruncated>false</IsTruncated>${items.join('')}</List>`;
}

function uploadXml(id: string, at: number): string {
  const key = id.replace(/^upload \d+ of /, '');
  return `<Upload><Key>${key}</Key><UploadId>${id}</UploadId><Initiated>2026-01-0${at + 1}</Initiated></Upload>`;
}

function partXml([number, bytes]: readonly [number, Buffer], sums: ReadonlyMap<Buffer, string>): string {
  const sum = sums.get(bytes);
  const checksum = sum === undefined ? '' : `<ChecksumCRC32>${sum}</ChecksumCRC32>`;
  return `<Part><PartNumber>${number}</PartNumber><Size>${bytes.byteLength}</Size><ETag>${etagOf(bytes)}</ETag>${checksum}</Part>`;
}
