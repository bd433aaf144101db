import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { getCACertificates, rootCertificates } from 'node:tls';
import { temporaryFolder } from '../../../test/support/temporaryFolder.ts';
import type { RegistryOptions } from '../RegistryOptions.ts';
import {
  authority,
  clientCertificate,
  clientKey,
  encryptedKey,
  otherAuthority,
  otherKey,
} from '../testing/certificates.ts';
import { startTlsServer } from '../testing/startTlsServer.ts';
import { createFetch } from './createFetch.ts';
import { readTlsSettings } from './readTlsSettings.ts';

/** Files of a user; `at` returns their paths. */
function withFiles() {
  const folder = temporaryFolder();
  const at = (name: string) => join(folder.path, name);
  const files = {
    'ca.pem': authority,
    'other.pem': otherAuthority,
    'bundle.pem': `Some words.\n${otherAuthority}# and more\n${authority}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`,
    'client.pem': clientCertificate,
    'client.key': clientKey,
    'encrypted.key': encryptedKey,
    'other.key': otherKey,
    'text.pem': 'no certificate\n',
    'certs/readme.txt': 'no certificate\n',
    'certs/other.pem': otherAuthority,
  };
  mkdirSync(at('certs/below'), { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(at(name), text);
  symlinkSync('../ca.pem', at('certs/12345678.0'));
  symlinkSync('../gone.pem', at('certs/87654321.0'));
  return { at, [Symbol.dispose]: () => folder[Symbol.dispose]() };
}

function optionsOf(given: Partial<RegistryOptions>): RegistryOptions {
  const { signal } = new AbortController();
  return { home: '/nowhere', env: {}, userAgent: 'test', signal, ...given };
}

type Settings = (at: (name: string) => string) => Partial<RegistryOptions>;

const cases: readonly (readonly [what: string, isTrusted: boolean, settings: Settings])[] = [
  ['nothing', false, () => ({})],
  ['--no-tls-verify', true, () => ({ tlsVerify: false })],
  ['--tls-cert', true, (at) => ({ tlsCerts: [at('other.pem'), at('ca.pem')] })],
  ['--tls-cert of another authority', false, (at) => ({ tlsCerts: [at('other.pem')] })],
  ['--tls-cert with several, words and damage in one file', true, (at) => ({ tlsCerts: [at('bundle.pem')] })],
  ['SSL_CERT_FILE', true, (at) => ({ env: { SSL_CERT_FILE: at('ca.pem') } })],
  ['SSL_CERT_DIR', true, (at) => ({ env: { SSL_CERT_DIR: at('certs') } })],
  ['SSL_CERT_DIR, one of several', true, (at) => ({ env: { SSL_CERT_DIR: `${at('gone')}:${at('certs')}` } })],
  [
    'SSL_CERT_DIR beside SSL_CERT_FILE',
    true,
    (at) => ({ env: { SSL_CERT_FILE: at('other.pem'), SSL_CERT_DIR: at('certs') } }),
  ],
  [
    '--tls-cert beside SSL_CERT_FILE',
    true,
    (at) => ({ tlsCerts: [at('ca.pem')], env: { SSL_CERT_FILE: at('other.pem') } }),
  ],
];

for (const [what, isTrusted, settings] of cases)
  test(`${what}: the server is ${isTrusted ? '' : 'not '}trusted`, async () => {
    using files = withFiles();
    await using server = await startTlsServer();
    const send = createFetch(optionsOf(settings(files.at)));
    const answer = send(`https://localhost:${server.port}/`);
    if (isTrusted) assert.equal(await (await answer).text(), 'nobody');
    else await assert.rejects(answer);
  });

test('a client certificate is sent', async () => {
  using files = withFiles();
  await using server = await startTlsServer({ ca: authority, requestCert: true, rejectUnauthorized: true });
  const tlsCerts = [files.at('ca.pem')];
  const [cert, key] = [files.at('client.pem'), files.at('client.key')];
  const variables = { KITOPS_CLIENT_CERT: cert, KITOPS_CLIENT_KEY: key };
  for (const settings of [{ cert, key }, { env: variables }, { cert: '/none', key: '/none', env: variables }]) {
    const answer = await createFetch(optionsOf({ tlsCerts, ...settings }))(`https://localhost:${server.port}/`);
    assert.equal(await answer.text(), 'client');
  }
});

test("the authorities of Node stay, unless both of OpenSSL's variables are set", () => {
  using files = withFiles();
  const trusted = (env: Readonly<Record<string, string>>) => readTlsSettings(optionsOf({ env })).ca ?? [];
  const [file, directory] = [{ SSL_CERT_FILE: files.at('ca.pem') }, { SSL_CERT_DIR: files.at('certs') }];
  assert.equal(readTlsSettings(optionsOf({})).ca, undefined);
  for (const env of [file, directory]) assert.ok(trusted(env).length > rootCertificates.length);
  assert.equal(trusted({ ...file, ...directory }).length, 3 + getCACertificates('extra').length);
});

test('NODE_EXTRA_CA_CERTS is used in addition to others', () => {
  using files = withFiles();
  // Node reads this variable at its start.
  const script = `
    import { readTlsSettings } from ${JSON.stringify(new URL('readTlsSettings.ts', import.meta.url).href)};
    console.log(readTlsSettings({ env: process.env, tlsCerts: [${JSON.stringify(files.at('other.pem'))}] }).ca.join(''));
  `;
  const env = { NODE_EXTRA_CA_CERTS: files.at('ca.pem') };
  const args = ['--conditions=kitwright-source', '--input-type=module', '--eval', script];
  const printed = execFileSync(process.execPath, args, { env, encoding: 'utf8' });
  for (const certificate of [authority, otherAuthority]) assert.ok(printed.includes(certificate.trim()));
});

const unusable: readonly (readonly [settings: Settings, message: RegExp])[] = [
  [() => ({ tlsCerts: ['/none.pem'] }), /^--tls-cert: \/none\.pem cannot be read: there is no such file\.$/],
  [() => ({ tlsCerts: ['/none.pem'], names: { tlsCerts: 'KITWRIGHT_TLS_CERT' } }), /^KITWRIGHT_TLS_CERT: /],
  [(at) => ({ tlsCerts: [at('certs')] }), /^--tls-cert: .* is a directory/],
  [(at) => ({ tlsCerts: [at('text.pem')] }), /^--tls-cert: .*text\.pem holds no certificate/],
  [(at) => ({ tlsCerts: [at('client.key')] }), /holds no certificate/],
  [() => ({ env: { SSL_CERT_FILE: '/none.pem' } }), /^SSL_CERT_FILE: \/none\.pem /],
  [() => ({ env: { SSL_CERT_DIR: '/none:/nor' } }), /^SSL_CERT_DIR: \/none:\/nor /],
  [() => ({ env: { NODE_EXTRA_CA_CERTS: '/none.pem' } }), /^NODE_EXTRA_CA_CERTS: \/none\.pem /],
  [(at) => ({ cert: at('client.pem') }), /^--cert needs its key/],
  [(at) => ({ key: at('client.key') }), /^--key needs its certificate/],
  [(at) => ({ env: { KITOPS_CLIENT_CERT: at('client.pem') } }), /^KITOPS_CLIENT_CERT needs its key/],
  [(at) => ({ cert: '/none.pem', key: at('client.key') }), /^--cert: \/none\.pem /],
  [(at) => ({ cert: at('client.pem'), env: { KITOPS_CLIENT_KEY: '/none.key' } }), /^KITOPS_CLIENT_KEY: \/none\.key /],
  [(at) => ({ cert: at('text.pem'), key: at('client.key') }), /^--cert: .*text\.pem holds no certificate/],
  [(at) => ({ cert: at('client.pem'), key: at('text.pem') }), /^--key: .*text\.pem holds no private key/],
  [(at) => ({ cert: at('client.pem'), key: at('encrypted.key') }), /^--key: .*encrypted\.key holds no private key/],
  [(at) => ({ cert: at('client.pem'), key: at('other.key') }), /^--key: .*other\.key is not the key of/],
];

for (const [settings, message] of unusable)
  test(`refused before anything is sent: ${message.source}`, () => {
    using files = withFiles();
    assert.throws(() => readTlsSettings(optionsOf(settings(files.at))), { code: 'usage', message });
  });
