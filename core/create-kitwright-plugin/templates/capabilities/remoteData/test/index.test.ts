import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, describe, test } from 'node:test';
import { createKitwright } from '@kitwright/core';
import { testRemoteData } from '@kitwright/testkit';
import plugin from '../src/index.ts';

const kitwright = createKitwright({ plugins: [plugin({ protocol: 'http:' })], threads: 1 });
after(() => kitwright.close());
const data = kitwright.capabilities.get('remoteData', 'my-plugin');
const bytes = Buffer.from('0123456789'.repeat(1000));
const hash = createHash('sha256').update(bytes).digest('hex');
const ranges: (string | undefined)[] = [];

/** Cuts the first answer for `/cut` in the middle. */
const server = createServer(({ url, headers, method }, response) => {
  if (url === '/missing') return void response.writeHead(404).end();
  ranges.push(headers.range);
  const start = Number(/\d+/.exec(headers.range ?? '')?.[0] ?? 0);
  response.writeHead(start ? 206 : 200, { 'content-length': bytes.length - start });
  if (url === '/cut' && start === 0 && method === 'GET')
    response.write(bytes.subarray(0, 5000), () => response.destroy());
  else response.end(bytes.subarray(start));
});
const listening = Promise.withResolvers<void>();
server.listen(0, '127.0.0.1', listening.resolve);
await listening.promise;
after(() => server.close());
const urlOf = (path: string) => `my-plugin://127.0.0.1:${(server.address() as AddressInfo).port}/${path}`;
const { signal } = new AbortController();

async function download(path: string, expected = hash): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(data.fetch(urlOf(path), expected, signal)));
}

test('what is there is checked and downloaded', async () => {
  await data.check(urlOf('data.bin'), hash, signal);
  assert.deepEqual(await download('data.bin'), bytes);
});

test('a download that was cut goes on where it was', async () => {
  ranges.length = 0;
  assert.deepEqual(await download('cut'), bytes);
  assert.deepEqual(ranges, [undefined, 'bytes=5000-']);
});

describe('every rule for remote data', () =>
  testRemoteData(test, async (context) => {
    const origin = await context.through(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const address = origin.replace('http:', 'my-plugin:');
    return {
      data,
      url: `${address}/data.bin`,
      hash,
      bytes,
      otherHash: 'a'.repeat(64),
      missing: `${address}/missing`,
      notUrls: ['my-plugin:'],
      checksPresence: true,
    };
  }));

test('what is missing, or something else, is refused', async () => {
  await assert.rejects(data.check(urlOf('missing'), hash, signal), { code: 'remote-refused' });
  await assert.rejects(download('missing'), { code: 'remote-refused' });
  await assert.rejects(download('data.bin', 'a'.repeat(64)), { code: 'descriptor-mismatch' });
  await assert.rejects(data.check(urlOf('data.bin'), 'short', signal), { code: 'kitfile-invalid' });
});
