import { createHash } from 'node:crypto';
import {
  type ByteStream,
  createRetries,
  definePlugin,
  KitwrightError,
  messageOf,
  type Plugin,
  type RemoteData,
  retrying,
  TransientError,
} from '@kitwright/core/plugin';
import { parseS3Url, type S3Object } from './parseS3Url.ts';
import type { S3Options } from './S3Options.ts';
import { type S3Settings, s3Settings } from './s3Settings.ts';
import { sendObjectRequest } from './sendObjectRequest.ts';

export type { S3Options } from './S3Options.ts';

/** Objects in S3 buckets as datasets that a Kitfile names by `remotePath` and, as `remoteHash`, their ETag. */
export function s3(options: S3Options): Plugin {
  return definePlugin({
    name: '@kitwright/s3',
    apiVersion: 1,
    apply({ register }) {
      const data: RemoteData = {
        id: 's3',
        check: (url, hash, signal) => check(options, url, hash, signal),
        fetch: (url, hash, signal) => content(options, url, hash, signal),
      };
      register('remoteData', data);
    },
  });
}

async function check(options: S3Options, url: string, hash: string, signal: AbortSignal): Promise<void> {
  const [object, settings] = [parseS3Url(url), s3Settings(options.env)];
  const { headers } = await retrying(
    () => sendObjectRequest({ method: 'HEAD', object, headers: {}, signal }, settings, options),
    { signal, wait: options.wait },
  );
  const etag = unquoted(headers.get('etag'));
  if (etag !== hash) throw mismatch(object, `its ETag is ${etag || 'missing'}, not ${hash}`);
}

function unquoted(etag: string | null): string {
  return (etag ?? '').replaceAll('"', '');
}

function mismatch({ bucket, key }: S3Object, why: string): KitwrightError {
  return new KitwrightError('descriptor-mismatch', `s3://${bucket}/${key} is not what the Kitfile says: ${why}.`, {
    data: { bucket, key },
  });
}

/** The state of a download after its first answer. */
interface Transfer {
  readonly object: S3Object;
  readonly settings: S3Settings;
  readonly hash: string;
  /** Bytes that were passed on. */
  done: number;
  size: number | undefined;
  /** SHA-256 in base64, if the object was stored with one. */
  sha256: string | undefined;
}

/** The bytes of the object, from one answer or, after cuts, from several. */
async function* content(options: S3Options, url: string, hash: string, signal: AbortSignal): ByteStream {
  const transfer: Transfer = {
    object: parseS3Url(url),
    settings: s3Settings(options.env),
    hash,
    done: 0,
    size: undefined,
    sha256: undefined,
  };
  const digest = createHash('sha256');
  const retries = createRetries({ signal, wait: options.wait, progress: () => transfer.done });
  while (!isWhole(transfer)) {
    try {
      const response = await askForRest(transfer, options, signal);
      for await (const bytes of bodyOf(response, transfer)) {
        transfer.done += bytes.byteLength;
        digest.update(bytes);
        yield bytes;
      }
      if (transfer.size === undefined) break;
      if (!isWhole(transfer))
        throw new TransientError(`${transfer.done} of ${transfer.size} bytes of ${url} were received`);
    } catch (error) {
      await retries.failed(error);
    }
  }
  const { object, size, done, sha256 } = transfer;
  if (size !== undefined && done !== size) throw mismatch(object, `it has ${done} bytes, not ${size}`);
  const found = digest.digest('base64');
  // A checksum of parts ends in their number and does not cover the whole object.
  if (sha256 && !sha256.includes('-') && sha256 !== found)
    throw mismatch(object, `its SHA-256 is ${found}, not ${sha256}`);
}

function isWhole({ done, size }: Transfer): boolean {
  return size !== undefined && done >= size;
}

/** Requests the rest of the object, if its ETag is the hash. */
async function askForRest(transfer: Transfer, options: S3Options, signal: AbortSignal): Promise<Response> {
  const { object, settings, hash, done } = transfer;
  const headers = {
    'if-match': `"${hash}"`,
    'x-amz-checksum-mode': 'ENABLED',
    ...(done ? { range: `bytes=${done}-` } : {}),
  };
  const response = await sendObjectRequest({ method: 'GET', object, headers, signal }, settings, options);
  const etag = unquoted(response.headers.get('etag'));
  if (etag && etag !== hash) throw mismatch(object, `its ETag is ${etag}, not ${hash}`);
  const isRest = response.status === 206 && response.headers.get('content-range')?.startsWith(`bytes ${done}-`);
  if (done && !isRest) throw mismatch(object, 'the server does not resume where the connection was cut');
  transfer.size ??= sizeOf(response);
  if (!done) transfer.sha256 = response.headers.get('x-amz-checksum-sha256') ?? undefined;
  return response;
}

function sizeOf(response: Response): number | undefined {
  const total =
    /\/(\d+)$/.exec(response.headers.get('content-range') ?? '')?.[1] ?? response.headers.get('content-length');
  return total === null || total === undefined ? undefined : Number(total);
}

async function* bodyOf(response: Response, { settings, object }: Transfer): ByteStream {
  try {
    for await (const bytes of response.body ?? []) yield bytes;
  } catch (error) {
    const host = settings.endpoint?.host ?? object.bucket;
    throw new TransientError(`The connection to ${host} was cut: ${messageOf(error)}`, { cause: error });
  }
}
