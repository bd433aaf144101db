import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { createKitwright } from '@kitwright/core';
import { maxAttempts, type RemoteData } from '@kitwright/core/plugin';
import { s3 } from './index.ts';

const data = Buffer.alloc(10_000, 'row,');
const etag = 'e'.repeat(32);
const keys = {
  S3_ACCESS_KEY_ID: 'id',
  S3_SECRET_KEY: 'key',
  S3_API_ENDPOINT: 'https://s3.example.com',
  HOME: '/nowhere',
};

interface Asked {
  readonly url: string;
  readonly method: string | undefined;
  readonly headers: Headers;
}

type Answer = Response | Error;

interface Served {
  readonly data: RemoteData;
  readonly asked: readonly Asked[];
  readonly waits: readonly number[];
}

/** The plugin with a list of answers; the last one is repeated. */
const serving = (
  answers: readonly ((asked: Asked) => Answer)[],
  env: Readonly<Record<string, string>> = keys,
): Served => {
  const [asked, waits]: [Asked[], number[]] = [[], []];
  const send: typeof fetch = async (url, init) => {
    const request = { url: String(url), method: init?.method, headers: new Headers(init?.headers) };
    const answer = answers[Math.min(asked.length, answers.length - 1)] as (asked: Asked) => Answer;
    asked.push(request);
    const given = answer(request);
    if (given instanceof Error) throw given;
    return given;
  };
  const plugin = s3({ fetch: send, env, wait: async (ms) => void waits.push(ms) });
  return { data: createKitwright({ plugins: [plugin] }).capabilities.get('remoteData', 's3'), asked, waits };
};

const offsetOf = ({ headers }: Asked): number => Number(/^bytes=(\d+)-/.exec(headers.get('range') ?? '')?.[1] ?? 0);

const whole = (asked: Asked, extra: Readonly<Record<string, string>> = {}): Response => {
  const offset = offsetOf(asked);
  return new Response(Uint8Array.from(data.subarray(offset)), {
    status: offset ? 206 : 200,
    headers: {
      etag: `"${etag}"`,
      'content-length': String(data.length - offset),
      ...(offset ? { 'content-range': `bytes ${offset}-${data.length - 1}/${data.length}` } : {}),
      ...extra,
    },
  });
};

/** An answer whose body fails after this many bytes. */
const cutAfter =
  (count: number) =>
  (asked: Asked): Response => {
    const { status, headers } = whole(asked);
    let reads = 0;
    const pull = (controller: ReadableStreamDefaultController<Uint8Array>) => {
      const offset = offsetOf(asked);
      if (reads++ || count === 0) controller.error(new Error('cut'));
      else controller.enqueue(data.subarray(offset, offset + count));
    };
    return new Response(new ReadableStream({ pull }, { highWaterMark: 0 }), { status, headers });
  };

const status =
  (code: number, headers: Readonly<Record<string, string>> = {}) =>
  (): Response =>
    new Response(null, { status: code, headers });

const { signal } = new AbortController();

const read = async ({ fetch: content }: RemoteData, url = 's3://bucket/a/key'): Promise<Buffer> => {
  const parts: Uint8Array[] = [];
  for await (const bytes of content(url, etag, signal)) parts.push(bytes);
  return Buffer.concat(parts);
};

test('an object is requested by its version, signed, and redirects are not followed', async () => {
  const served = serving([whole]);
  assert.ok((await read(served.data, 's3://bucket/a%20b/(k)?versionId=v%2B1')).equals(data));
  const [{ url, headers }] = served.asked as [Asked];
  assert.equal(url, 'https://s3.example.com/bucket/a%20b/%28k%29?versionId=v%2B1');
  assert.equal(headers.get('if-match'), `"${etag}"`);
  assert.match(
    headers.get('authorization') ?? '',
    /^AWS4-HMAC-SHA256 Credential=id\/\d{8}\/us-east-1\/s3\/aws4_request/,
  );
  const redirecting = serving([status(302, { location: 'https://evil.example.com' })]);
  await assert.rejects(read(redirecting.data), { code: 'remote-refused' });
});

test('after a cut the rest of the same version is requested', async () => {
  const served = serving([cutAfter(4000), cutAfter(1), whole]);
  assert.ok((await read(served.data)).equals(data));
  assert.deepEqual(served.asked.map(offsetOf), [0, 4000, 4001]);
});

test('no encoding is asked for, and none is signed: fetch adds the header to a range by itself', async () => {
  const served = serving([cutAfter(4000), whole]);
  await read(served.data);
  assert.deepEqual(
    served.asked.map(({ headers }) => headers.get('accept-encoding')),
    ['identity', null],
  );
  for (const { headers } of served.asked) assert.doesNotMatch(headers.get('authorization') ?? '', /accept-encoding/);
});

test('after several cuts without progress it fails', async () => {
  const served = serving([cutAfter(4000), cutAfter(0)]);
  await assert.rejects(read(served.data), { code: 'network-failed', message: /was cut/ });
  assert.equal(served.asked.length, maxAttempts);
  assert.ok(served.waits.every((ms) => ms > 0));
});

test('a busy host is retried after the time it names', async () => {
  const served = serving([status(503, { 'retry-after': '3' }), () => new Error('refused'), whole]);
  assert.ok((await read(served.data)).equals(data));
  assert.equal(served.waits[0], 3000);
});

test('an object that does not match the hash is refused before any byte', async () => {
  for (const answer of [status(412), (asked: Asked) => whole(asked, { etag: '"other"' })]) {
    const { data: remote } = serving([answer]);
    await assert.rejects(read(remote), { code: 'descriptor-mismatch' });
  }
  const head = serving([status(200, { etag: '"other"' })]);
  await assert.rejects(head.data.check('s3://bucket/key', etag, signal), {
    code: 'descriptor-mismatch',
    message: /other/,
  });
  const same = serving([status(200, { etag: `"${etag}"` })]);
  await same.data.check('s3://bucket/key', etag, signal);
  assert.equal(same.asked[0]?.method, 'HEAD');
});

test('more bytes than promised, and a wrong checksum, are noticed', async () => {
  const longer = serving([(asked) => whole(asked, { 'content-length': '100' })]);
  await assert.rejects(read(longer.data), { code: 'descriptor-mismatch', message: /10000 bytes, not 100/ });
  const sum = createHash('sha256').update(data).digest('base64');
  const right = serving([(asked) => whole(asked, { 'x-amz-checksum-sha256': sum })]);
  assert.ok((await read(right.data)).equals(data));
  const wrong = serving([(asked) => whole(asked, { 'x-amz-checksum-sha256': `A${sum.slice(1)}` })]);
  await assert.rejects(read(wrong.data), { code: 'descriptor-mismatch', message: /SHA-256/ });
});

test('a server that cannot resume in the middle is refused', async () => {
  const served = serving([cutAfter(4000), () => whole({ url: '', method: 'GET', headers: new Headers() })]);
  await assert.rejects(read(served.data), { code: 'descriptor-mismatch', message: /does not resume/ });
});

test('a rest that is another part is refused', async () => {
  const elsewhere = (asked: Asked) => whole(asked, { 'content-range': `bytes 0-99/${data.length}` });
  await assert.rejects(read(serving([cutAfter(1000), elsewhere]).data), { code: 'descriptor-mismatch' });
});

test('at AWS the bucket is in the host name, and AWS names its region', async () => {
  const env = { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'key', AWS_SESSION_TOKEN: 'token', HOME: '/nowhere' };
  const served = serving([status(301, { 'x-amz-bucket-region': 'eu-west-3' }), whole], env);
  await read(served.data);
  assert.deepEqual(
    served.asked.map(({ url }) => url),
    ['https://bucket.s3.us-east-1.amazonaws.com/a/key', 'https://bucket.s3.eu-west-3.amazonaws.com/a/key'],
  );
  assert.match(served.asked[1]?.headers.get('authorization') ?? '', /eu-west-3/);
  assert.equal(served.asked[1]?.headers.get('x-amz-security-token'), 'token');
  const dotted = serving([whole], env);
  await read(dotted.data, 's3://a.b/key');
  assert.equal(dotted.asked[0]?.url, 'https://s3.us-east-1.amazonaws.com/a.b/key');
});

test('without keys requests for public objects are unsigned', async () => {
  const served = serving([whole], { HOME: '/nowhere' });
  await read(served.data);
  assert.equal(served.asked[0]?.headers.get('authorization'), null);
});

test('URLs without an object are refused', async () => {
  for (const url of [
    's3://bucket',
    's3://bucket/',
    's3:///key',
    's3://Bucket/key',
    's3://b@evil.example.com/key',
    's3://bucket/%zz',
  ])
    await assert.rejects(serving([whole]).data.check(url, etag, signal), { code: 'reference-invalid' }, url);
});
