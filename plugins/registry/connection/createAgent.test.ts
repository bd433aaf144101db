import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { startRegistry, type TestRegistry } from '@kitwright/testkit';
import { temporaryFolder } from '../../../test/support/temporaryFolder.ts';
import type { RegistryOptions } from '../RegistryOptions.ts';
import { authority } from '../testing/certificates.ts';
import { blobOf, bytesOf, contentOf, openTest, readAll } from '../testing/openTest.ts';
import { startProxy } from '../testing/startProxy.ts';
import { startTlsServer } from '../testing/startTlsServer.ts';
import { checkConnection } from './checkConnection.ts';
import { createAgent } from './createAgent.ts';
import { createFetch } from './createFetch.ts';

const bytes = bytesOf(300_000);
const blob = blobOf(bytes);

const portOf = ({ host }: { readonly host: string }) => Number(host.split(':')[1]);

/** A repository that only a proxy can reach: its host does not exist. */
const behindProxy = (registry: TestRegistry, given: Partial<RegistryOptions>) =>
  openTest({ ...registry, host: 'registry.test' }, given);

for (const variable of ['HTTP_PROXY', 'http_proxy'])
  test(`${variable}: a registry without TLS is reached through it, without a tunnel`, async () => {
    await using registry = await startRegistry();
    await using proxy = await startProxy({ to: portOf(registry) });
    await using repository = behindProxy(registry, { env: { [variable]: `ann:100%25@${proxy.host}` } });
    await repository.target.push(blob, contentOf(bytes));
    assert.deepEqual(await readAll(repository.target.fetch(blob)), bytes);
    const ours = ({ length }: readonly unknown[]) => length > 0;
    assert.ok(ours(proxy.requests) && proxy.requests.every((line) => / http:\/\/registry\.test\//.test(line)));
    const basic = `Basic ${Buffer.from('ann:100%').toString('base64')}`;
    assert.ok(proxy.credentials.every((credentials) => credentials === basic));
  });

test('a registry on this machine is reached directly', async () => {
  await using registry = await startRegistry();
  await using proxy = await startProxy({ refuse: 500 });
  await using repository = openTest(registry, { env: { HTTP_PROXY: proxy.host } });
  await repository.target.push(blob, contentOf(bytes));
  assert.deepEqual(proxy.requests, []);
});

const refusals: readonly (readonly [status: number, pauses: number, expected: object])[] = [
  [407, 0, { code: 'unauthorized', message: /the proxy 127\.0\.0\.1:\d+ answered 407/ }],
  [403, 0, { code: 'remote-refused', message: /answered 403/ }],
  [502, 5, { code: 'network-failed', message: /the proxy 127\.0\.0\.1:\d+ answered 502/ }],
];

for (const [status, pauses, expected] of refusals)
  test(`a proxy that refuses a tunnel with ${status} is named, and asked ${pauses + 1} times`, async () => {
    await using proxy = await startProxy({ refuse: status });
    await using registry = await startRegistry();
    await using repository = behindProxy(registry, { plainHttp: false, env: { HTTPS_PROXY: proxy.host } });
    await assert.rejects(repository.target.exists(blob), expected);
    assert.equal(repository.pauses.length, pauses);
  });

test('a proxy that requires a password for a plain request is named, and asked once', async () => {
  await using proxy = await startProxy({ refuse: 407 });
  await using registry = await startRegistry();
  await using repository = behindProxy(registry, { env: { HTTP_PROXY: proxy.host } });
  const expected = { code: 'unauthorized', message: /the proxy 127\.0\.0\.1:\d+ answered 407/ };
  await assert.rejects(repository.target.exists(blob), expected);
  await assert.rejects(readAll(repository.target.fetch(blob)), expected);
  assert.deepEqual(repository.pauses, []);
});

test('a proxy that cannot be reached is named', async () => {
  await using registry = await startRegistry();
  await using repository = behindProxy(registry, { proxy: 'localhost:1' });
  await assert.rejects(repository.target.exists(blob), {
    code: 'network-failed',
    message: /refused \(through the proxy localhost:1\)\.$/,
  });
});

for (const tls of [false, true])
  test(`TLS goes through a tunnel of a proxy ${tls ? 'with' : 'without'} TLS, by --proxy and by a variable`, async () => {
    using folder = temporaryFolder();
    const ca = join(folder.path, 'ca.pem');
    writeFileSync(ca, authority);
    await using server = await startTlsServer();
    await using proxy = await startProxy({ to: server.port }, { tls });
    const address = `${tls ? 'https' : 'http'}://ann:pw@${proxy.host.replace('127.0.0.1', 'localhost')}`;
    const { signal } = new AbortController();
    for (const [env, given] of [
      [{ HTTPS_PROXY: address }, {}],
      [{}, { proxy: address }],
    ] as const) {
      const send = createFetch({ home: '', userAgent: '', signal, tlsCerts: [ca], env, ...given });
      assert.equal(await (await send('https://registry.test/')).text(), 'nobody');
    }
    assert.deepEqual(new Set(proxy.requests), new Set(['CONNECT registry.test:443']));
    assert.deepEqual(new Set(proxy.credentials), new Set([`Basic ${Buffer.from('ann:pw').toString('base64')}`]));
  });

test('a proxy that does not say whether it connects is waited for no longer than for a connection', async () => {
  const silent = createServer((socket) => socket.on('error', () => undefined).resume());
  await new Promise<void>((listening) => silent.listen(0, '127.0.0.1', listening));
  const { port } = silent.address() as AddressInfo;
  const { signal } = new AbortController();
  const proxy = `127.0.0.1:${port}`;
  const { dispatcher, destroy } = createAgent({ home: '', userAgent: '', signal, env: {}, proxy }, false, 50);
  try {
    const asked = dispatcher.request({ origin: 'https://registry.test', path: '/', method: 'GET' });
    await assert.rejects(asked, { code: 'UND_ERR_HEADERS_TIMEOUT' });
  } finally {
    await destroy();
    silent.close();
  }
});

test('only the settings that a connection needs must be usable', () => {
  const { signal } = new AbortController();
  const env = { HTTPS_PROXY: 'socks5://h', SSL_CERT_FILE: '/none.pem' };
  const check = (address: string, given: Partial<RegistryOptions> = {}) =>
    checkConnection(new URL(address), { home: '', userAgent: '', signal, env, ...given });
  check('http://registry.test');
  check('http://localhost');
  assert.throws(() => check('https://registry.test'), { code: 'usage', message: /^HTTPS_PROXY/ });
  assert.throws(() => check('https://localhost'), { code: 'usage', message: /^SSL_CERT_FILE/ });
  assert.throws(() => check('http://registry.test', { proxy: 'https://p' }), { message: /^SSL_CERT_FILE/ });
});

test('with an unusable setting a request fails once, and no connection stays open', async () => {
  await using registry = await startRegistry();
  const env = { SSL_CERT_FILE: '/none.pem' };
  await using repository = behindProxy(registry, { plainHttp: false, env });
  const failure = { code: 'usage', message: /^SSL_CERT_FILE: \/none\.pem/ };
  await assert.rejects(repository.target.exists(blob), failure);
  await assert.rejects(readAll(repository.target.fetch(blob)), failure);
  assert.deepEqual(repository.pauses, []);
});
