import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { test } from 'node:test';
import { listenForCode } from './listenForCode.ts';

const ask = async (url: string, path: string): Promise<number | undefined> => {
  const { hostname, port } = new URL(url);
  const [response] = (await once(get({ hostname, port, path }), 'response')) as [IncomingMessage];
  response.resume();
  return response.statusCode;
};

test('only an answer with the state counts, and no other request ends the wait', async () => {
  await using listener = await listenForCode('secret', new AbortController().signal);
  for (const path of ['//', '/', '/auth/callback?code=x', '/auth/callback?code=x&state=other', '//secret:x@/'])
    assert.equal(await ask(listener.url, path), 404, path);
  assert.equal(await ask(listener.url, '/auth/callback?code=mine&state=secret'), 200);
  assert.equal(await listener.code, 'mine');
});
