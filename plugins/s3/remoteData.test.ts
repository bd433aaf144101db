import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { createKitwright } from '@kitwright/core';
import { testRemoteData } from '@kitwright/testkit';
import { s3 } from './index.ts';

const [bytes, hash] = [Buffer.alloc(200_000, 'row,'), 'e'.repeat(32)];

testRemoteData(test, async (context) => {
  const { origin, close } = await serveBucket();
  const env = {
    S3_ACCESS_KEY_ID: 'id',
    S3_SECRET_KEY: context.secret,
    S3_API_ENDPOINT: await context.through(origin),
    HOME: context.home,
  };
  const { capabilities } = createKitwright({ plugins: [s3({ fetch: context.fetch, env, wait: context.wait })] });
  return {
    data: capabilities.get('remoteData', 's3'),
    url: 's3://bucket/rows.csv',
    hash,
    bytes,
    otherHash: 'a'.repeat(32),
    missing: 's3://bucket/none',
    notUrls: ['s3://bucket', 's3:///key', 's3://Bucket/key', 's3://b@evil.example.com/key'],
    dispose: close,
  };
});

/** A bucket with one object, at a custom endpoint: versions, ranges and missing keys as S3 answers them. */
async function serveBucket() {
  const server = createServer(({ url, headers, method }, response) => {
    if (url !== '/bucket/rows.csv') return void response.writeHead(404).end();
    if ((headers['if-match'] ?? `"${hash}"`) !== `"${hash}"`) return void response.writeHead(412).end();
    const start = Number(/^bytes=(\d+)-/.exec(headers.range ?? '')?.[1] ?? 0);
    response.writeHead(start ? 206 : 200, {
      etag: `"${hash}"`,
      'content-length': bytes.length - start,
      ...(start ? { 'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` } : {}),
    });
    response.end(method === 'HEAD' ? undefined : bytes.subarray(start));
  });
  const listening = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', listening.resolve);
  await listening.promise;
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
