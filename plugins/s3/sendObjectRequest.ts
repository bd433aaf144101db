import {
  connectionError,
  isTransientStatus,
  KitwrightError,
  messageOf,
  retryAfterOf,
  TransientError,
  unencodedFetch,
} from '@kitwright/core/plugin';
import { AwsV4Signer } from 'aws4fetch';
import type { S3Object } from './parseS3Url.ts';
import type { S3Options } from './S3Options.ts';
import type { S3Settings } from './s3Settings.ts';

export interface ObjectRequest {
  readonly method: 'HEAD' | 'GET';
  readonly object: S3Object;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/**
 * Sends one signed request, and sends it again if AWS names another region. Throws `TransientError`, `network-failed`,
 * `unauthorized`, `remote-refused`, `remote-malformed`, `descriptor-mismatch`.
 */
export async function sendObjectRequest(
  request: ObjectRequest,
  settings: S3Settings,
  options: S3Options,
  region: string = settings.region,
): Promise<Response> {
  const { method, object, signal } = request;
  const url = objectUrl(object, { ...settings, region });
  const headers = await signed(url, request, settings, region);
  const sent = { method, headers, signal, redirect: 'manual' } as const;
  const response = await unencodedFetch(options.fetch)(url, sent).catch((error: unknown) => {
    if (signal.aborted) throw signal.reason;
    const cause = error instanceof Error && error.cause ? error.cause : error;
    throw connectionError(`${url.host} cannot be reached: ${messageOf(cause)}`, cause);
  });
  if (response.ok) return response;
  await response.body?.cancel();
  const { status } = response;
  const other = response.headers.get('x-amz-bucket-region');
  if (
    other &&
    /^[a-z0-9-]+$/.test(other) &&
    other !== region &&
    region === settings.region &&
    settings.endpoint === undefined
  )
    return sendObjectRequest(request, settings, options, other);
  if (isTransientStatus(status))
    throw new TransientError(`${url.host} answered ${status}`, {
      retryAfter: retryAfterOf(response.headers.get('retry-after'), Date.now()),
    });
  throw refused(url, request, status);
}

/**
 * A custom endpoint has the bucket in the path; AWS has it in the host name, unless a dot would break the certificate.
 */
export function objectUrl({ bucket, key, versionId }: S3Object, { endpoint, region }: S3Settings): URL {
  const host = `s3.${region}.amazonaws.com`;
  const base =
    endpoint?.href.replace(/\/$/, '') ?? (bucket.includes('.') ? `https://${host}` : `https://${bucket}.${host}`);
  const inPath = endpoint !== undefined || bucket.includes('.');
  const url = new URL(`${base}/${inPath ? `${bucket}/` : ''}${encodeKey(key)}`);
  if (versionId !== undefined) url.searchParams.set('versionId', versionId);
  return url;
}

function encodeKey(key: string): string {
  return key
    .split('/')
    .map((part) =>
      encodeURIComponent(part).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`),
    )
    .join('/');
}

async function signed(url: URL, request: ObjectRequest, settings: S3Settings, region: string): Promise<Headers> {
  const { method, headers } = request;
  if (!settings.credentials) return new Headers(headers);
  const signer = new AwsV4Signer({
    ...settings.credentials,
    method,
    url: url.href,
    headers,
    service: 's3',
    region,
  });
  return (await signer.sign()).headers;
}

const hints: Readonly<Record<number, string>> = {
  401: 'Set S3_ACCESS_KEY_ID and S3_SECRET_KEY, or what the tools of AWS use.',
  403: 'Check S3_ACCESS_KEY_ID, S3_SECRET_KEY and S3_REGION; S3 also answers so for a missing object.',
  404: 'Check bucket, key and versionId.',
};

function refused(url: URL, { method, object: { bucket, key } }: ObjectRequest, status: number): KitwrightError {
  if (status === 412)
    return new KitwrightError('descriptor-mismatch', `s3://${bucket}/${key} does not match its hash.`, {
      data: { bucket, key },
      hint: 'The object was replaced after the kit was packed; name its versionId, or pack again.',
    });
  return new KitwrightError(
    status === 401 || status === 403 ? 'unauthorized' : 'remote-refused',
    `${url.host} answered ${status} to ${method} s3://${bucket}/${key}.`,
    { data: { host: url.host, status }, ...(hints[status] ? { hint: hints[status] } : {}) },
  );
}
