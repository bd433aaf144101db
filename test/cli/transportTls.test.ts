import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startRegistry } from '@kitwright/testkit';
import { authority } from '../../plugins/registry/testing/certificates.ts';
import { createTransport, type Settings } from '../support/createTransport.ts';
import { startFront } from '../support/startFront.ts';

const transport = await createTransport();
after(() => transport[Symbol.dispose]());
const { at } = transport;
const [ca, other] = [at('ca.pem'), at('other.pem')];

const trusted: Readonly<Record<string, Settings>> = {
  '--tls-cert': { args: ['--tls-cert', ca] },
  '--tls-cert twice': { args: ['--tls-cert', other, '--tls-cert', ca] },
  '--no-tls-verify': { args: ['--no-tls-verify'] },
  KITWRIGHT_TLS_CERT: { env: { KITWRIGHT_TLS_CERT: ca } },
  'tlsCert of the config': { config: { tlsCert: [ca] } },
  SSL_CERT_FILE: { env: { SSL_CERT_FILE: ca } },
  SSL_CERT_DIR: { env: { SSL_CERT_DIR: at('certs') } },
  NODE_EXTRA_CA_CERTS: { env: { NODE_EXTRA_CA_CERTS: ca } },
  'NODE_EXTRA_CA_CERTS beside --tls-cert': { env: { NODE_EXTRA_CA_CERTS: ca }, args: ['--tls-cert', other] },
};

for (const [name, settings] of Object.entries(trusted))
  test(`a registry with TLS is trusted by ${name}`, async () => {
    await using registry = await startRegistry();
    await using front = await startFront(registry.host, { tls: {} });
    const { code, stderr } = await transport.push(`localhost:${front.port}/team/net:v1`, settings);
    assert.equal(code, 0, stderr);
    assert.ok(front.requests.length > 0);
  });

const untrusted: Readonly<Record<string, Settings>> = {
  nothing: {},
  'another authority': { args: ['--tls-cert', other] },
  'other authorities in both variables': { env: { SSL_CERT_FILE: other, SSL_CERT_DIR: at('others') } },
};

for (const [name, settings] of Object.entries(untrusted))
  test(`a registry with TLS is not trusted by ${name}`, async () => {
    await using registry = await startRegistry();
    await using front = await startFront(registry.host, { tls: {} });
    const { code, stderr } = await transport.push(`localhost:${front.port}/team/net:v1`, settings);
    assert.equal(code, 3, stderr);
    assert.match(stderr, /network-failed: .*not signed by a trusted authority/);
    assert.deepEqual([front.requests, registry.requests], [[], []]);
  });

const [cert, key] = [at('client.pem'), at('client.key')];
const shown: Readonly<Record<string, Settings>> = {
  '--cert and --key': { args: ['--cert', cert, '--key', key] },
  'KITOPS_CLIENT_CERT and KITOPS_CLIENT_KEY': { env: { KITOPS_CLIENT_CERT: cert, KITOPS_CLIENT_KEY: key } },
};
const asking = { tls: { ca: authority, requestCert: true, rejectUnauthorized: true } };

for (const [name, { args = [], ...settings }] of Object.entries(shown))
  test(`a registry that requires a client certificate gets that of ${name}`, async () => {
    await using registry = await startRegistry();
    await using front = await startFront(registry.host, asking);
    await transport.roundTrip(`localhost:${front.port}/team/net:v1`, {
      ...settings,
      args: [...args, '--tls-cert', ca],
    });
    assert.deepEqual([...new Set(front.requests.map(({ client }) => client))], ['client']);
  });
