import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createTransport, type Settings } from '../support/createTransport.ts';

const transport = await createTransport();
after(() => transport[Symbol.dispose]());
const { at } = transport;
const [cert, key] = [at('client.pem'), at('client.key')];

/** Settings that cannot be used, and the message for each. */
const rows: readonly (readonly [settings: Settings, message: RegExp])[] = [
  [{ args: ['--proxy', 'socks5://ann:secret@h:1080'] }, /--proxy names a SOCKS proxy/],
  [{ env: { HTTPS_PROXY: 'ftp://h' } }, /HTTPS_PROXY names a proxy that is reached by "ftp"/],
  [{ env: { https_proxy: 'no address' } }, /https_proxy is not the URL/],
  [{ env: { KITWRIGHT_PROXY: 'socks4://h' } }, /KITWRIGHT_PROXY.* names a SOCKS proxy/],
  [{ args: ['--tls-cert', at('none.pem')] }, /--tls-cert: .*none\.pem cannot be read/],
  [{ env: { SSL_CERT_FILE: at('none.pem') } }, /SSL_CERT_FILE: .* cannot be read/],
  [{ env: { SSL_CERT_DIR: at('none') } }, /SSL_CERT_DIR: .* cannot be read/],
  [{ env: { NODE_EXTRA_CA_CERTS: at('none.pem') } }, /NODE_EXTRA_CA_CERTS: .* cannot be read/],
  [{ args: ['--cert', cert] }, /--cert needs its key/],
  [{ args: ['--cert', cert, '--key', at('other.key')] }, /--key: .* is not the key of/],
  [{ env: { KITOPS_CLIENT_CERT: at('none.pem'), KITOPS_CLIENT_KEY: key } }, /KITOPS_CLIENT_CERT: .* cannot be read/],
];

for (const [settings, message] of rows)
  test(`reported at once, as a mistake in the command: ${message.source}`, async () => {
    const { code, stderr } = await transport.push('registry.test/team/net:v1', settings);
    assert.equal(code, 2, stderr);
    const lines = stderr.split('\n').filter((line) => line.startsWith('[ERROR]'));
    assert.equal(lines.length, 1, stderr);
    assert.match(lines[0] ?? '', message);
    assert.doesNotMatch(stderr, /secret|retrying|at .*\.js:\d/);
  });
