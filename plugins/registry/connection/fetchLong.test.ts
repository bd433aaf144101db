import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import { test } from 'node:test';
import { takeBody } from '@kitwright/core/plugin';
import { startServer } from '../testing/startServer.ts';
import { createPluginFetch } from './createPluginFetch.ts';

const bytes = Buffer.from(Array.from({ length: 9 * 1024 * 1024 }, (_, at) => (at * 7) % 251));
const headers = { range: `bytes=0-${bytes.byteLength - 1}` };

const send = createPluginFetch({
  home: '/nowhere',
  env: {},
  userAgent: 'test',
  signal: new AbortController().signal,
  wait: async () => undefined,
});

const all: RequestListener = (_, response) => {
  response.writeHead(206, { 'content-length': bytes.byteLength, 'x-name': 'é' });
  response.end(bytes);
};

test('a long part is the same by a stream, as a whole and through one buffer', async () => {
  await using server = await startServer(all);
  const answer = await send(`${server.url}/blob`, { headers });
  assert.deepEqual([answer.status, answer.url, answer.headers.get('x-name')], [206, `${server.url}/blob`, 'é']);
  const streamed: Uint8Array[] = [];
  for await (const block of answer.body ?? []) streamed.push(block);
  const taken: Uint8Array[] = [];
  await takeBody(await send(`${server.url}/blob`, { headers }), (block) => void taken.push(Buffer.from(block)));
  const whole = await (await send(`${server.url}/blob`, { headers })).arrayBuffer();
  for (const read of [Buffer.concat(streamed), Buffer.concat(taken), Buffer.from(whole)]) assert.ok(read.equals(bytes));
});

test('what is thrown for a block ends the reading and is thrown, and the connection is closed', async () => {
  const closed = Promise.withResolvers<void>();
  await using server = await startServer((request, response) => {
    request.socket.on('close', () => closed.resolve());
    all(request, response);
  });
  const full = new Error('the disk is full');
  const answer = await send(`${server.url}/blob`, { headers });
  const refuse = async () => {
    throw full;
  };
  await assert.rejects(takeBody(answer, refuse), full);
  await closed.promise;
});

test('who does not want the body closes the connection', async () => {
  const closed = Promise.withResolvers<void>();
  await using server = await startServer((request, response) => {
    request.socket.on('close', () => closed.resolve());
    all(request, response);
  });
  await (await send(`${server.url}/blob`, { headers })).body?.cancel();
  await closed.promise;
});

test('a cut is a failure of the network, and an abort has its reason', async () => {
  await using server = await startServer((_, response) => {
    response.writeHead(206, { 'content-length': bytes.byteLength }).write(bytes.subarray(0, 100_000), () => {
      response.destroy();
    });
  });
  await assert.rejects(
    takeBody(await send(`${server.url}/blob`, { headers }), () => undefined),
    /other side closed/,
  );
  const stop = new AbortController();
  const reason = new Error('enough');
  const reading = takeBody(await send(`${server.url}/blob`, { headers, signal: stop.signal }), () =>
    stop.abort(reason),
  );
  await assert.rejects(reading, reason);
});

test('refusals are tried again and redirects followed as for short answers', async () => {
  const seen: string[] = [];
  await using server = await startServer((request, response) => {
    seen.push(String(request.url));
    if (request.url === '/there') return all(request, response);
    if (seen.length === 1) return response.writeHead(503).end();
    return response.writeHead(302, { location: '/there' }).end();
  });
  assert.equal(
    Buffer.from(await (await send(`${server.url}/blob`, { headers })).arrayBuffer()).byteLength,
    bytes.byteLength,
  );
  assert.deepEqual(seen, ['/blob', '/blob', '/there']);
});

test('an answer without a body has none', async () => {
  await using server = await startServer((_, response) => void response.writeHead(304).end());
  const answer = await send(`${server.url}/blob`, { headers });
  assert.deepEqual([answer.status, answer.body], [304, null]);
});

test('a body in an encoding is refused as in short answers', async () => {
  await using server = await startServer((_, response) => {
    response.writeHead(206, { 'content-encoding': 'gzip' }).end('x');
  });
  await assert.rejects(send(`${server.url}/blob`, { headers }), { code: 'remote-malformed' });
});
