import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { AwsClient } from 'aws4fetch';
import { freePort, startServer } from './startServer.ts';

export interface Bucket extends AsyncDisposable {
  readonly url: string;
  /** Its settings, as kit's variables. */
  readonly env: Readonly<Record<string, string>>;
  /** Sends a signed request for a key. */
  readonly send: (method: string, key: string, body?: Uint8Array<ArrayBuffer>) => Promise<Response>;
  /** Stores an object and gives its ETag. */
  readonly put: (key: string, content: Uint8Array) => Promise<string>;
}

export const bucketSecret = 'a-secret-of-the-test';

/** The bucket `data` of a real S3 server, whose objects are files below `folder`. */
export async function startBucket(binary: string, folder: string, secret: string = bucketSecret): Promise<Bucket> {
  mkdirSync(folder, { recursive: true });
  const port = await freePort();
  const args = ['--port', `127.0.0.1:${port}`, '--access', 'ann', '--secret', secret, '--quiet', 'posix', folder];
  const server = await startServer(binary, args, port);
  const keys = { accessKeyId: 'ann', secretAccessKey: secret };
  const client = new AwsClient({ ...keys, service: 's3', region: 'us-east-1' });
  const url = `http://127.0.0.1:${port}`;
  const send: Bucket['send'] = (method, key, body) =>
    client.fetch(`${url}/data/${key}`, { method, body: body ?? null });
  const put: Bucket['put'] = async (key, content) => {
    const response = await send('PUT', key, Uint8Array.from(content));
    assert.ok(response.ok, `${key}: ${response.status} ${await response.clone().text()}`);
    return response.headers.get('etag')?.replaceAll('"', '') ?? '';
  };
  assert.ok((await client.fetch(`${url}/data`, { method: 'PUT' })).ok);
  return {
    url,
    env: { S3_API_ENDPOINT: url, S3_ACCESS_KEY_ID: 'ann', S3_SECRET_KEY: secret, S3_REGION: 'us-east-1' },
    send,
    put,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
