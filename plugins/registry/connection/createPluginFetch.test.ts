import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import { test } from 'node:test';
import { startServer } from '../testing/startServer.ts';
import { createPluginFetch } from './createPluginFetch.ts';

function open() {
  const waits: number[] = [];
  const send = createPluginFetch({
    home: '/nowhere',
    env: {},
    userAgent: 'test',
    signal: new AbortController().signal,
    wait: async (ms) => void waits.push(ms),
  });
  return { send, waits };
}

test('an answer that may pass is waited for as long as the host asks; POST and streams are sent once', async () => {
  const seen: string[] = [];
  await using server = await startServer((request, response) => {
    seen.push(String(request.method));
    const isBusy = seen.filter((method) => method === request.method).length < 3;
    response.writeHead(isBusy ? 503 : 200, isBusy ? { 'retry-after': '7' } : {}).end('ok');
  });
  const { send, waits } = open();
  assert.equal(await (await send(server.url, { method: 'PUT', body: 'x' })).text(), 'ok');
  assert.ok(waits.length === 2 && waits.every((ms) => ms >= 7000));
  assert.equal((await send(server.url, { method: 'POST', body: 'x' })).status, 503);
  const body = new Blob(['x']).stream();
  assert.equal((await send(server.url, { method: 'DELETE', body, duplex: 'half' } as RequestInit)).status, 503);
  assert.deepEqual(seen, ['PUT', 'PUT', 'PUT', 'POST', 'DELETE']);
});

test('a host that stays busy gets six requests, and its last answer is given', async () => {
  let count = 0;
  await using server = await startServer((_, response) => {
    count++;
    response.writeHead(500).end('why');
  });
  assert.equal(await (await open().send(server.url)).text(), 'why');
  assert.equal(count, 6);
});

test('a connection that is refused says which host', async () => {
  const { url } = await (async () => {
    await using server = await startServer(() => undefined);
    return server;
  })();
  await assert.rejects(open().send(url), { code: 'network-failed', message: /127\.0\.0\.1:\d+ cannot be reached/ });
});

test('a redirect to another host gets no secret; one to the same host gets all', async () => {
  const seen: object[] = [];
  const note: RequestListener = ({ headers, url }, response) => {
    const { authorization, cookie, 'x-key': key, range } = headers;
    seen.push({ url, authorization, cookie, key, range });
    response.end('there');
  };
  await using other = await startServer(note);
  await using server = await startServer((request, response) => {
    if (request.url === '/there') return note(request, response);
    response.writeHead(307, { location: request.url === '/here' ? '/there' : `${other.url}/x` }).end();
  });
  const headers = { authorization: 'Bearer s', cookie: 'a=b', 'x-key': 's', range: 'bytes=0-1' };
  for (const path of ['/here', '/away']) await open().send(server.url + path, { headers });
  const nothing = { authorization: undefined, cookie: undefined, key: undefined };
  assert.deepEqual(seen, [
    { url: '/there', authorization: 'Bearer s', cookie: 'a=b', key: 's', range: 'bytes=0-1' },
    { url: '/x', ...nothing, range: 'bytes=0-1' },
  ]);
});

test('a circle of redirects ends, and addresses that are none are refused', async () => {
  await using server = await startServer((request, response) => {
    response.writeHead(302, { location: request.url === '/odd' ? 'file:///etc/passwd' : request.url }).end();
  });
  await assert.rejects(open().send(server.url), { code: 'remote-refused', message: /redirects too often/ });
  await assert.rejects(open().send(`${server.url}/odd`), { code: 'remote-refused' });
});

test('a Request is sent with its method, headers and body', async () => {
  await using server = await startServer((request, response) => {
    request.pipe(response.setHeader('seen', `${request.method} ${String(request.headers['x-a'])}`));
  });
  const request = new Request(server.url, { method: 'POST', headers: { 'x-a': '1' }, body: 'text' });
  const answer = await open().send(request);
  assert.deepEqual([answer.headers.get('seen'), await answer.text()], ['POST 1', 'text']);
});
