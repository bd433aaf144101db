import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { createOpenContext } from './createOpenContext.ts';

/** The `fetch` of a context where no plugin provides a network. */
const { fetch } = createOpenContext('mine', {
  signal: new AbortController().signal,
  env: {},
  home: () => '',
  userAgent: 'test',
  network: () => undefined,
  wait: async () => undefined,
  diagnostic: () => undefined,
  note: () => undefined,
});

async function serve(answer: RequestListener) {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return { url, [Symbol.dispose]: () => void server.close().closeAllConnections() };
}

test('without a network plugin a request is sent again too', async () => {
  let requests = 0;
  using server = await serve((_, response) => response.writeHead(requests++ ? 200 : 503).end());
  assert.deepEqual([(await fetch(server.url)).status, requests], [200, 2]);
});

test('without a network plugin another host gets no header of the plugin either', async () => {
  let got: string | string[] | undefined = 'none';
  using other = await serve(({ headers }, response) => {
    got = headers['x-token'];
    response.end();
  });
  using server = await serve((_, response) => response.writeHead(302, { location: other.url }).end());
  await (await fetch(server.url, { headers: { 'x-token': 'secret' } })).text();
  assert.equal(got, undefined);
});
