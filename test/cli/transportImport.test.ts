import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { type Hub, startHub } from '../../plugins/huggingface/testing/startHub.ts';
import { startProxy } from '../../plugins/registry/testing/startProxy.ts';
import { createTransport, type Settings } from '../support/createTransport.ts';
import { startFront } from '../support/startFront.ts';

const transport = await createTransport();
after(() => transport[Symbol.dispose]());
const { at } = transport;
const trust = { SSL_CERT_FILE: at('ca.pem') };

/** Imports the repository of the hub at a URL; there are no redirects to other hosts. */
async function importFrom(hubUrl: string, { env = {}, ...rest }: Settings): Promise<void> {
  const settings = { ...rest, env: { ...env, HF_ENDPOINT: hubUrl } };
  const { code, stderr } = await transport.run(settings, '--config', 'hub', 'import', 'org/net', '-t', 'imported:v1');
  assert.equal(code, 0, stderr);
}

const files = { 'model.safetensors': Buffer.alloc(500, 'w'), 'config.json': '{}' };

const hostOf = ({ url }: Hub) => new URL(url).host;

test('a hub with TLS', async () => {
  await using hub = await startHub({ files });
  await using front = await startFront(hostOf(hub), { tls: {} });
  await importFrom(`https://localhost:${front.port}`, { env: trust });
});

for (const variable of ['HTTPS_PROXY', 'KITWRIGHT_PROXY'])
  test(`a hub with TLS behind a proxy with a password by ${variable}`, async () => {
    await using hub = await startHub({ files });
    await using front = await startFront(hostOf(hub), { tls: {} });
    await using proxy = await startProxy({ to: front.port });
    await importFrom('https://registry.test', { env: { ...trust, [variable]: `ann:pw@${proxy.host}` } });
    assert.deepEqual([...new Set(proxy.requests)], ['CONNECT registry.test:443']);
    assert.ok(proxy.credentials.every((given) => given === `Basic ${Buffer.from('ann:pw').toString('base64')}`));
  });

test('a hub without TLS behind a proxy', async () => {
  await using hub = await startHub({ files });
  await using proxy = await startProxy({ to: Number(hostOf(hub).split(':')[1]) });
  await importFrom('http://registry.test', { env: { HTTP_PROXY: proxy.host } });
  assert.ok(proxy.requests.length > 0);
});
