import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseProxy, type ProxySettings } from './chooseProxy.ts';

const both = { HTTP_PROXY: 'http://p:1', HTTPS_PROXY: 'http://s:2' };
const [plain, secure] = ['http://p:1/', 'http://s:2/'];

type Row = readonly [url: string, env: Readonly<Record<string, string>>, proxy: string | undefined];

const rows: readonly Row[] = [
  // By the scheme of the URL; upper case before lower case; empty is like unset.
  ['http://r.test', both, plain],
  ['https://r.test', both, secure],
  ['https://r.test', { HTTP_PROXY: 'p:1' }, undefined],
  ['http://r.test', { HTTPS_PROXY: 's:2' }, undefined],
  ['https://r.test', { https_proxy: 's:2' }, secure],
  ['http://r.test', { http_proxy: 'p:1' }, plain],
  ['https://r.test', { HTTPS_PROXY: 's:2', https_proxy: 'other:3' }, secure],
  ['https://r.test', { HTTPS_PROXY: '', https_proxy: 's:2' }, secure],
  ['https://r.test', { ALL_PROXY: 's:2', all_proxy: 's:2' }, undefined],
  ['http://r.test', {}, undefined],
  // Forms of a proxy.
  ['http://r.test', { HTTP_PROXY: ' p:1 ' }, plain],
  ['http://r.test', { HTTP_PROXY: 'p' }, 'http://p/'],
  ['http://r.test', { HTTP_PROXY: 'HTTPS://p:1' }, 'https://p:1/'],
  ['http://r.test', { HTTP_PROXY: 'ann:pw@[::1]:1' }, 'http://ann:pw@[::1]:1/'],
  // This machine.
  ['http://localhost:5000', both, undefined],
  ['https://LOCALHOST', both, undefined],
  ['http://127.0.0.1:5000', both, undefined],
  ['http://127.1.2.3', both, undefined],
  ['https://[::1]:5000', both, undefined],
  ['https://[::ffff:127.0.0.1]', both, undefined],
  ['http://128.0.0.1', both, plain],
  ['http://localhost.test', both, plain],
  ['http://my.localhost', both, plain],
  // NO_PROXY: everything, domains, addresses, networks, each with and without a port.
  ['http://r.test', { ...both, NO_PROXY: '*' }, undefined],
  ['http://r.test', { ...both, NO_PROXY: 'a.test, *' }, undefined],
  ['http://r.test', { ...both, no_proxy: 'r.test' }, undefined],
  ['http://R.Test', { ...both, NO_PROXY: 'r.TEST' }, undefined],
  ['http://r.test.', { ...both, NO_PROXY: 'r.test' }, undefined],
  ['http://a.r.test', { ...both, NO_PROXY: 'r.test' }, undefined],
  ['http://ar.test', { ...both, NO_PROXY: 'r.test' }, plain],
  ['http://r.test.evil', { ...both, NO_PROXY: 'r.test' }, plain],
  ['http://a.r.test', { ...both, NO_PROXY: '.r.test' }, undefined],
  ['http://r.test', { ...both, NO_PROXY: '.r.test' }, plain],
  ['http://a.r.test', { ...both, NO_PROXY: '*.r.test' }, undefined],
  ['http://r.test', { ...both, NO_PROXY: '*.r.test' }, plain],
  ['http://b\u00fccher.test', { ...both, NO_PROXY: 'b\u00fccher.test' }, undefined],
  ['http://r.test:5000', { ...both, NO_PROXY: 'r.test:5000' }, undefined],
  ['http://r.test:5001', { ...both, NO_PROXY: 'r.test:5000' }, plain],
  ['http://r.test', { ...both, NO_PROXY: 'r.test:80' }, undefined],
  ['https://r.test', { ...both, NO_PROXY: 'r.test:443' }, undefined],
  ['https://r.test', { ...both, NO_PROXY: 'r.test:80' }, secure],
  ['http://a.test', { ...both, NO_PROXY: 'x.test,,  a.test' }, undefined],
  ['http://a.test', { ...both, NO_PROXY: 'x.test a.test' }, undefined],
  ['http://10.1.2.3', { ...both, NO_PROXY: '10.0.0.0/8' }, undefined],
  ['http://11.1.2.3', { ...both, NO_PROXY: '10.0.0.0/8' }, plain],
  ['http://10.1.2.3', { ...both, NO_PROXY: '10.0.0.0/33' }, plain],
  ['http://10.1.2.3', { ...both, NO_PROXY: '10.1.2.3' }, undefined],
  ['http://10.1.2.3:81', { ...both, NO_PROXY: '10.1.2.3:80' }, plain],
  ['http://10.1.2.3:80', { ...both, NO_PROXY: '10.1.2.3:80' }, undefined],
  ['http://10.1.2.30', { ...both, NO_PROXY: '10.1.2.3' }, plain],
  ['http://10.1.2.3.test', { ...both, NO_PROXY: '10.1.2.3' }, plain],
  ['http://[fd00::1]', { ...both, NO_PROXY: 'fd00::/8' }, undefined],
  ['http://[fe00::1]', { ...both, NO_PROXY: 'fd00::/8' }, plain],
  ['http://[fd00::1]', { ...both, NO_PROXY: 'fd00:0::1' }, undefined],
  ['http://[fd00::1]:5000', { ...both, NO_PROXY: '[fd00::1]:5000' }, undefined],
  ['http://[fd00::1]', { ...both, NO_PROXY: '[fd00::1]' }, undefined],
  ['http://10.r.test', { ...both, NO_PROXY: '10.0.0.0/8' }, plain],
];

for (const [url, env, proxy] of rows)
  test(`${url} with ${JSON.stringify(env)}: ${proxy ?? 'direct'}`, () => {
    assert.equal(chooseProxy(new URL(url), { env })?.href, proxy);
  });

test('a typed proxy takes precedence over all others, the default proxy over the variables', () => {
  const of = (url: string, settings: Omit<ProxySettings, 'env'>, env = {}) =>
    chooseProxy(new URL(url), { env: { ...both, NO_PROXY: 'no.test', ...env }, ...settings })?.href;
  for (const url of ['http://r.test', 'https://r.test', 'http://no.test', 'http://localhost:1'])
    assert.equal(of(url, { proxy: 't:3', usualProxy: 'u:4' }), 'http://t:3/');
  assert.equal(of('https://r.test', { usualProxy: 'u:4' }), 'http://u:4/');
  assert.equal(of('http://r.test', { usualProxy: 'u:4' }), 'http://u:4/');
  assert.equal(of('http://no.test', { usualProxy: 'u:4' }), undefined);
  assert.equal(of('http://[::1]:1', { usualProxy: 'u:4' }), undefined);
  assert.equal(of('http://r.test', { proxy: '', usualProxy: '' }), plain);
});

const unusable: readonly (readonly [text: string, message: RegExp])[] = [
  ['socks5://h:1080', /^HTTPS_PROXY names a SOCKS proxy \(socks5:\/\/h:1080\)/],
  ['socks4a://h', /SOCKS/],
  ['SOCKS://h', /SOCKS/],
  ['ftp://h:1', /reached by "ftp"/],
  ['http://', /not the URL/],
  ['http://:99999', /not the URL/],
  ['h:99999', /not the URL/],
  ['h:0', /not the URL/],
  ['h:port', /not the URL/],
  ['a b', /not the URL/],
  ['http:h:1', /not the URL/],
];

for (const [text, message] of unusable)
  test(`the proxy ${JSON.stringify(text)} is refused with the name of its variable, if it is needed`, () => {
    const env = { HTTPS_PROXY: text, NO_PROXY: 'no.test' };
    assert.throws(() => chooseProxy(new URL('https://r.test'), { env }), { code: 'usage', message });
    assert.equal(chooseProxy(new URL('https://no.test'), { env }), undefined);
    assert.equal(chooseProxy(new URL('https://localhost'), { env }), undefined);
    assert.equal(chooseProxy(new URL('http://r.test'), { env }), undefined);
  });

test('an error names the source of a proxy, but not its password', () => {
  const refused = (settings: Omit<ProxySettings, 'env'>, name: string) =>
    assert.throws(
      () => chooseProxy(new URL('https://r.test'), { env: {}, ...settings }),
      ({ message }: Error) => message.startsWith(name) && !/secret/.test(message),
    );
  refused({ proxy: 'socks5://ann:secret@h:1' }, '--proxy');
  refused({ proxy: 'http://ann:secret#1/x@h:1' }, '--proxy');
  refused({ proxy: 'ann:secret@h:99999' }, '--proxy');
  refused({ usualProxy: 'ftp://ann:secret@h', names: { usualProxy: 'KITWRIGHT_PROXY' } }, 'KITWRIGHT_PROXY');
});
