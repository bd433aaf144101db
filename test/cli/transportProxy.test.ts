import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startRegistry, type TestRegistry } from '@kitwright/testkit';
import { authority } from '../../plugins/registry/testing/certificates.ts';
import { startProxy, type TestProxy } from '../../plugins/registry/testing/startProxy.ts';
import { createTransport, type Settings } from '../support/createTransport.ts';
import { startFront } from '../support/startFront.ts';

const transport = await createTransport();
after(() => transport[Symbol.dispose]());
const { at } = transport;
const trust = ['--tls-cert', at('ca.pem')];

/** Only a proxy can reach it: this host does not exist. */
const name = 'registry.test/team/net:v1';

const portOf = ({ host }: TestRegistry) => Number(host.split(':')[1]);

/** Settings for the URL of a proxy. */
type Row = readonly [what: string, settings: (proxy: string) => Settings];

const ways: readonly Row[] = [
  ['--proxy', (proxy) => ({ args: ['--proxy', proxy] })],
  ['KITWRIGHT_PROXY', (proxy) => ({ env: { KITWRIGHT_PROXY: proxy } })],
  ['proxy of the config', (proxy) => ({ config: { proxy } })],
];
const variables = (...names: readonly string[]): readonly Row[] =>
  names.map((variable) => [variable, (proxy) => ({ env: { [variable]: proxy } })]);

/** A name and a password, as they are written in a URL. */
const login = 'ann:s%40crt@';
const basic = `Basic ${Buffer.from('ann:s@crt').toString('base64')}`;

function assertUsed({ requests, credentials }: TestProxy, form: RegExp, expected: string | undefined): void {
  assert.ok(requests.length > 0 && requests.every((line) => form.test(line)), requests.join('\n'));
  assert.deepEqual([...new Set(credentials)], [expected]);
}

for (const [what, settings] of [...ways, ...variables('HTTPS_PROXY', 'https_proxy')])
  test(`a registry with TLS behind a proxy with a password by ${what}`, async () => {
    await using registry = await startRegistry();
    await using front = await startFront(registry.host, { tls: {} });
    await using proxy = await startProxy({ to: front.port });
    const { args = [], ...rest } = settings(`http://${login}${proxy.host}`);
    const { code, stderr } = await transport.push(name, { ...rest, args: [...args, ...trust] });
    assert.equal(code, 0, stderr);
    assertUsed(proxy, /^CONNECT registry\.test:443$/, basic);
  });

test('a registry with TLS behind a proxy without a password', async () => {
  await using registry = await startRegistry();
  await using front = await startFront(registry.host, { tls: {} });
  await using proxy = await startProxy({ to: front.port });
  await transport.roundTrip(name, { args: trust, env: { HTTPS_PROXY: proxy.host } });
  assertUsed(proxy, /^CONNECT registry\.test:443$/, undefined);
});

for (const [what, settings] of [...ways, ...variables('HTTP_PROXY', 'http_proxy')])
  test(`a registry without TLS behind a proxy with a password by ${what}`, async () => {
    await using registry = await startRegistry();
    await using proxy = await startProxy({ to: portOf(registry) });
    const { args = [], ...rest } = settings(`http://${login}${proxy.host}`);
    const { code, stderr } = await transport.push(name, { ...rest, args: [...args, '--plain-http'] });
    assert.equal(code, 0, stderr);
    assertUsed(proxy, /^[A-Z]+ http:\/\/registry\.test\//, basic);
  });

test('a registry without TLS behind a proxy without a password', async () => {
  await using registry = await startRegistry();
  await using proxy = await startProxy({ to: portOf(registry) });
  await transport.roundTrip(name, { args: ['--plain-http'], env: { HTTP_PROXY: proxy.host } });
  assertUsed(proxy, /^[A-Z]+ http:\/\/registry\.test\//, undefined);
});

test('a proxy with TLS, and a client certificate through it', async () => {
  await using registry = await startRegistry();
  await using front = await startFront(registry.host, {
    tls: { ca: authority, requestCert: true, rejectUnauthorized: true },
  });
  await using proxy = await startProxy({ to: front.port }, { tls: true });
  const env = { HTTPS_PROXY: `https://${login}${proxy.host}` };
  await transport.roundTrip(name, { env, args: [...trust, '--cert', at('client.pem'), '--key', at('client.key')] });
  assertUsed(proxy, /^CONNECT registry\.test:443$/, basic);
  assert.ok(front.requests.every(({ client }) => client === 'client'));
});

test('hosts in NO_PROXY, and this machine, are reached without the proxy', async () => {
  await using registry = await startRegistry();
  await using front = await startFront(registry.host, { tls: {} });
  await using proxy = await startProxy({ refuse: 500 });
  const env = { HTTP_PROXY: proxy.host, HTTPS_PROXY: proxy.host };
  await transport.roundTrip(`localhost:${front.port}/team/net:v1`, { args: trust, env });
  await transport.roundTrip(`${registry.host}/team/net:v1`, { args: ['--plain-http'], env });
  const { stderr } = await transport.push('registry.invalid/team/net:v1', { env: { ...env, NO_PROXY: '.invalid' } });
  assert.match(stderr, /network-failed: .*registry\.invalid.* there is no such host/);
  assert.deepEqual(proxy.requests, []);
});

test('behind a proxy too, the certificate must be that of the registry', async () => {
  await using registry = await startRegistry();
  await using front = await startFront(registry.host, { tls: {} });
  await using proxy = await startProxy({ to: front.port });
  const { code, stderr } = await transport.push('other.test/team/net:v1', {
    args: [...trust, '--proxy', `http://${proxy.host}`],
  });
  assert.equal(code, 3, stderr);
  assert.match(stderr, /network-failed: .*its certificate is for another host/);
  assert.deepEqual(front.requests, []);
});

test('a proxy that requires another password is named, and asked once', async () => {
  await using proxy = await startProxy({ refuse: 407 });
  const { code, stderr } = await transport.push(name, { env: { HTTPS_PROXY: `http://${login}${proxy.host}` } });
  assert.equal(code, 3, stderr);
  assert.match(stderr, /unauthorized: .*the proxy 127\.0\.0\.1:\d+ answered 407/);
  assert.doesNotMatch(stderr, /s(?:%40|@)crt/);
  assert.deepEqual(proxy.requests, ['CONNECT registry.test:443']);
});
