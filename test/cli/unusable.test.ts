import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { runHosted } from '../support/runHosted.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

type Environment = Readonly<Record<string, string>>;

/** Settings that cannot be used, and the message for each. */
const rows: readonly (readonly [words: readonly string[], env: Environment, said: RegExp])[] = [
  [['--tls-cert', 'none.pem'], {}, /usage: --tls-cert: none\.pem cannot be read: there is no such file/],
  [['--tls-cert', 'text.pem'], {}, /usage: --tls-cert: text\.pem holds no certificate/],
  [['--cert', 'none.pem'], {}, /usage: --cert needs its key/],
  [['--key', 'none.pem'], {}, /usage: --key needs its certificate/],
  [['--cert', 'none.pem', '--key', 'none.key'], {}, /usage: --cert: none\.pem cannot be read/],
  [['--proxy', 'socks5://h:1'], {}, /usage: --proxy names a SOCKS proxy/],
  [['--proxy', 'h:99999'], {}, /usage: --proxy is not the URL/],
  [[], { HTTPS_PROXY: 'socks4://h:1' }, /usage: HTTPS_PROXY names a SOCKS proxy/],
  [[], { https_proxy: 'http://:1' }, /usage: https_proxy is not the URL/],
  [[], { KITWRIGHT_PROXY: 'ftp://h' }, /usage: KITWRIGHT_PROXY names a proxy/],
  [[], { KITWRIGHT_TLS_CERT: 'none.pem' }, /usage: KITWRIGHT_TLS_CERT: none\.pem/],
  [[], { KITOPS_CLIENT_KEY: 'none.key' }, /usage: KITOPS_CLIENT_KEY needs its certificate/],
  [[], { SSL_CERT_FILE: 'none.pem' }, /usage: SSL_CERT_FILE: none\.pem/],
  [[], { SSL_CERT_DIR: 'none' }, /usage: SSL_CERT_DIR: none/],
  [[], { KITWRIGHT_LOG_LEVEL: 'loud' }, /usage: KITWRIGHT_LOG_LEVEL is "loud"/],
];

for (const [words, env, said] of rows)
  test(`${JSON.stringify([...words, env])}: one line at once, and nothing is tried`, async () => {
    using folder = temporaryFolder();
    writeFileSync(join(folder.path, 'text.pem'), 'words\n');
    const { code, stderr } = await runHosted(['pull', 'registry.test/team/kit:v1', ...words], {
      cwd: folder.path,
      env,
    });
    assert.equal(code, 2);
    assert.match(stderr, new RegExp(`^\\[ERROR\\] ${said.source}`));
    assert.doesNotMatch(stderr, /retrying|^ +at |Node\.js v/m);
  });

for (const address of ['registry.test:99999', 'localhost:0', 'localhost:123456', '127.0.0.1:0x50', '[::1', '1.2.3.999'])
  test(`${address} is not the address of a registry`, async () => {
    using folder = temporaryFolder();
    const { code, stderr } = await runHosted(['pull', `${address}/team/kit:v1`, '--plain-http'], { cwd: folder.path });
    assert.equal(code, 2);
    assert.match(stderr, /^\[ERROR\] reference-invalid: /);
  });

test('an import reports them too', async () => {
  using folder = temporaryFolder();
  for (const [env, said] of [
    [{ HTTPS_PROXY: 'socks5://h' }, /HTTPS_PROXY names a SOCKS proxy/],
    [{ KITWRIGHT_PROXY: 'socks5://h' }, /KITWRIGHT_PROXY names a SOCKS proxy/],
    [{ SSL_CERT_FILE: '/none.pem' }, /SSL_CERT_FILE: \/none\.pem/],
    [{ HF_ENDPOINT: 'http://h:99999' }, /HF_ENDPOINT must be an address/],
  ] as const) {
    const { code, stderr } = await runHosted(['import', 'team/kit'], { cwd: folder.path, env });
    assert.equal(code, 2, stderr);
    assert.match(stderr, said);
    assert.doesNotMatch(stderr, /retrying/);
  }
});

test('a setting that a command does not need has no effect', async () => {
  using folder = temporaryFolder();
  const env = { HTTPS_PROXY: 'socks5://h', SSL_CERT_FILE: '/none.pem', KITWRIGHT_TLS_CERT: '/none.pem' };
  assert.equal((await runHosted(['list'], { cwd: folder.path, env })).code, 0);
});
