import { isTransientStatus, KitwrightError, type OpenContext, TransientError } from '@kitwright/core/plugin';
import { AwsV4Signer } from 'aws4fetch';
import { readText } from './readText.ts';
import { type S3Settings, s3Settings } from './s3Settings.ts';

/** One request to a bucket. */
export interface BucketRequest {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  /** Below the prefix; empty for the bucket itself. */
  readonly key: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array<ArrayBuffer> | string;
  /** These answers are given as well, with their body unread. */
  readonly expected?: readonly number[];
}

/** The objects of a bucket whose keys begin with a prefix. */
export interface Bucket {
  /** `s3:bucket/prefix`, for messages. */
  readonly name: string;
  readonly prefix: string;
  /** Are bytes on their way safe from others: by TLS, or because they do not leave this machine? */
  readonly isPrivate: boolean;
  /**
   * Sends a signed request. Throws `unauthorized`, `remote-refused`, `network-failed`, and a `TransientError` after a
   * POST that may be sent again.
   */
  readonly send: (request: BucketRequest) => Promise<Response>;
}

/** Settings come from the user's variables and files; a bucket that a kit names is asked without credentials. */
export function createBucket(bucket: string, prefix: string, context: OpenContext): Bucket {
  const { env, anonymous } = context;
  const { credentials, ...settings } = s3Settings(env);
  let { region } = settings;
  const base = () => baseUrl(bucket, { ...settings, region });
  const name = `s3:${bucket}/${prefix}`.replace(/\/$/, '');
  const attempt = async (request: BucketRequest): Promise<Response> => {
    const url = new URL(base() + (request.key && encodeKey(prefix + request.key)));
    for (const [key, value] of Object.entries(request.query ?? {})) url.searchParams.set(key, value);
    const { method, body = null } = request;
    const headers = new Headers({ 'user-agent': context.userAgent, ...request.headers });
    const keys = anonymous ? undefined : credentials;
    const signed = keys
      ? (await new AwsV4Signer({ ...keys, method, url: url.href, headers, service: 's3', region }).sign()).headers
      : headers;
    return context.fetch(url, { method, headers: signed, body, redirect: 'manual' });
  };
  return {
    name,
    prefix,
    isPrivate: /^https:|^http:\/\/(?:localhost|127\.0\.0\.1|\[::1\])[:/]/.test(base()),
    send: async (request) => {
      let response = await attempt(request);
      const elsewhere = otherRegion(response, region);
      if (elsewhere !== undefined && !settings.endpoint) {
        await response.body?.cancel();
        region = elsewhere;
        response = await attempt(request);
      }
      if (response.ok || request.expected?.includes(response.status)) return response;
      throw await refused(response, request, name);
    },
  };
}

/** A custom endpoint has the bucket in the path; AWS in the host name, unless a dot would break the certificate. */
function baseUrl(bucket: string, { endpoint, region }: Omit<S3Settings, 'credentials'>): string {
  const host = `s3.${region}.amazonaws.com`;
  if (endpoint) return `${endpoint.origin}${endpoint.pathname.replace(/\/$/, '')}/${bucket}/`;
  return bucket.includes('.') ? `https://${host}/${bucket}/` : `https://${bucket}.${host}/`;
}

function encodeKey(key: string): string {
  return encodeURIComponent(key)
    .replaceAll('%2F', '/')
    .replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** AWS names the region of a bucket when it is asked in another one. */
function otherRegion({ ok, headers }: Response, region: string): string | undefined {
  const named = headers.get('x-amz-bucket-region');
  return !ok && named && named !== region && /^[a-z0-9-]+$/.test(named) ? named : undefined;
}

const hints: Readonly<Record<number, string>> = {
  401: 'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or what else the tools of AWS use.',
  403: 'Check the keys, the region and the policy of the bucket; S3 also answers so for what does not exist.',
  404: 'Check the bucket: it is not made for you.',
};

async function refused(response: Response, { method, key }: BucketRequest, name: string): Promise<Error> {
  const { status } = response;
  const reason = /<Code>(\w{1,64})<\/Code>/.exec(await readText(response))?.[1];
  const what = `${name} answered ${status}${reason ? ` (${reason})` : ''} to ${method} ${key}`.trimEnd();
  if (method === 'POST' && isTransientStatus(status)) return new TransientError(what);
  return new KitwrightError(status === 401 || status === 403 ? 'unauthorized' : 'remote-refused', `${what}.`, {
    data: { status, reason },
    ...(hints[status] ? { hint: hints[status] } : {}),
  });
}
