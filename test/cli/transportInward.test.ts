import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startRegistry } from '@kitwright/testkit';
import { startHub } from '../../plugins/huggingface/testing/startHub.ts';
import { startProxy } from '../../plugins/registry/testing/startProxy.ts';
import { createTransport } from '../support/createTransport.ts';
import { startFront } from '../support/startFront.ts';

const transport = await createTransport();
after(() => transport[Symbol.dispose]());

/** Only a proxy reaches it: for us it is a server outside, which leads to one of this machine. */
const host = 'registry.test';

test('a registry outside does not make us ask this machine: blobs, uploads and tokens', async () => {
  await using registry = await startRegistry();
  await using inside = await startFront(registry.host);
  await using front = await startFront(registry.host, {
    redirect: ({ method, url = '' }) =>
      method === 'GET' && url.includes('/blobs/') ? `http://127.0.0.1:${inside.port}${url}` : undefined,
  });
  await using proxy = await startProxy({ to: front.port });
  const settings = { args: ['--plain-http'], env: { HTTP_PROXY: proxy.host } };
  assert.equal((await transport.push(`${host}/team/net:v1`, settings)).code, 0);
  const { code, stderr } = await transport.run(settings, '--config', 'fresh', 'pull', `${host}/team/net:v1`);
  assert.notEqual(code, 0);
  assert.match(stderr, /remote-refused: registry\.test leads to 127\.0\.0\.1:\d+, which is on this machine/);
  assert.deepEqual(inside.requests, []);
});

test('a hub outside does not either', async () => {
  await using hub = await startHub({ files: { 'config.json': '{}' } });
  const { host: behind } = new URL(hub.url);
  await using inside = await startFront(behind);
  await using front = await startFront(behind, {
    redirect: ({ url = '' }) => (url.includes('/resolve/') ? `http://localhost:${inside.port}${url}` : undefined),
  });
  await using proxy = await startProxy({ to: front.port });
  const env = { HTTP_PROXY: proxy.host, HF_ENDPOINT: `http://${host}` };
  const { code, stderr } = await transport.run({ env }, '--config', 'hub', 'import', 'org/net', '-t', 'imported:v1');
  assert.notEqual(code, 0);
  assert.match(stderr, /remote-refused: registry\.test leads to localhost:\d+, which is on this machine/);
  assert.deepEqual(inside.requests, []);
});
