import { createHash, createHmac } from 'node:crypto';

export interface AwsKeys {
  readonly id: string;
  readonly secret: string;
  readonly session: string;
}

/** A POST to a service of AWS. */
export interface AwsRequest {
  readonly url: URL;
  readonly service: string;
  readonly region: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * The headers of a signed request: Signature Version 4 (AWS, "Create a signed AWS API request"), for a POST without a
 * query. `now` is in ms since 1970.
 */
export function awsSignature(request: AwsRequest, keys: AwsKeys, now: number): Readonly<Record<string, string>> {
  const { url, service, region, body } = request;
  const time = new Date(now).toISOString().replace(/[-:]|\.\d{3}/g, '');
  const headers = { ...request.headers, host: url.host, 'x-amz-date': time, 'x-amz-security-token': keys.session };
  const names = Object.keys(headers).sort() as readonly (keyof typeof headers)[];
  const lines = names.map((name) => `${name}:${headers[name].trim()}\n`).join('');
  const canonical = ['POST', url.pathname, '', lines, names.join(';'), sha256(body)].join('\n');
  const scope = [time.slice(0, 8), region, service, 'aws4_request'];
  const toSign = ['AWS4-HMAC-SHA256', time, scope.join('/'), sha256(canonical)].join('\n');
  const start: Buffer | string = `AWS4${keys.secret}`;
  const key = scope.reduce<Buffer | string>((secret, part) => hmac(secret, part), start);
  const credential = `Credential=${keys.id}/${scope.join('/')}, SignedHeaders=${names.join(';')}`;
  const { host: _, ...sent } = headers;
  return {
    ...sent,
    authorization: `AWS4-HMAC-SHA256 ${credential}, Signature=${hmac(key, toSign).toString('hex')}`,
  };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function hmac(key: Buffer | string, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
