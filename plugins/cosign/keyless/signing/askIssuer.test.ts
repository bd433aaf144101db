import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SignerOptions } from '@kitwright/core/plugin';
import { startIssuer } from '../../testing/startIssuer.ts';
import { testContext } from '../../testing/testContext.ts';
import { askIssuer } from './askIssuer.ts';
import { parseToken } from './identityToken.ts';

const context = { ...testContext(), fetch };
const password = async () => undefined;
type Visit = NonNullable<SignerOptions['visit']>;

const given = (visit: Visit, options = {}): SignerOptions => ({ options, password, visit });

/** A browser that follows where it is sent; `change` is what somebody else makes of the address at the end. */
const browser =
  (pages: string[], change = (url: URL) => url): Visit =>
  async ({ url }) => {
    const { headers } = await fetch(url, { redirect: 'manual' });
    const back = change(new URL(headers.get('location') ?? assert.fail()));
    pages.push(await (await fetch(back)).text());
  };

test('whoever logs in with a browser on this machine gets a token', async () => {
  await using issuer = await startIssuer();
  const pages: string[] = [];
  const token = parseToken(await askIssuer(given(browser(pages)), issuer.url, context));
  assert.deepEqual([token.subject, token.issuer], ['ann@example.com', issuer.url]);
  assert.match(pages.join(), /You are logged in/);
});

test('an answer that nobody asked for is passed over, and the right one still counts', async () => {
  await using issuer = await startIssuer();
  const pages: string[] = [];
  const withState = (state: string) => (url: URL) => {
    url.searchParams.set('state', state);
    return url;
  };
  const visit: Visit = async (page) => {
    await browser(pages, withState('guessed'))(page);
    await browser(pages)(page);
  };
  await askIssuer(given(visit), issuer.url, context);
  assert.match(pages[0] ?? '', /not the page/);
  assert.match(pages[1] ?? '', /logged in/);
});

test('a refusal, and a code of somebody else, is no login', async () => {
  await using issuer = await startIssuer();
  const refused = (url: URL) => {
    url.searchParams.delete('code');
    return url;
  };
  await assert.rejects(askIssuer(given(browser([], refused)), issuer.url, context), { code: 'unauthorized' });
  const stolen: Visit = async ({ url }) => {
    const theirs = new URL(url);
    theirs.searchParams.set('code_challenge', 'theirs');
    await browser([])({ url: theirs.href });
  };
  await assert.rejects(askIssuer(given(stolen), issuer.url, context), {
    code: 'remote-refused',
    message: /invalid_grant/,
  });
});

test('a code for a browser anywhere gives a token too', async () => {
  await using issuer = await startIssuer();
  const shown: unknown[] = [];
  const visit: Visit = async (page) => void shown.push(page);
  const token = await askIssuer(given(visit, { 'fulcio-auth-flow': 'device' }), issuer.url, context);
  assert.equal(parseToken(token).subject, 'ann@example.com');
  assert.deepEqual(shown, [{ url: `${issuer.url}/activate`, code: 'ABCD-EFGH' }]);
});

test('without anybody to log in, or at an issuer that says that it is another one, there is no token', async () => {
  await using issuer = await startIssuer();
  await assert.rejects(askIssuer({ options: {}, password }, issuer.url, context), { code: 'usage' });
  const other = issuer.url.replace('127.0.0.1', 'localhost');
  await assert.rejects(askIssuer(given(browser([])), other, context), { code: 'remote-refused' });
});

test('a browser is sent to no address of a program or a file', async () => {
  await using issuer = await startIssuer();
  for (const page of ['javascript:"><b>', 'file:///etc/passwd', 'not an address', { toString: 1 }]) {
    const changed: typeof fetch = async (url, init) => {
      const found = (await (await fetch(url, init)).json()) as object;
      return Response.json({ ...found, authorization_endpoint: page, verification_uri_complete: page });
    };
    for (const flow of ['normal', 'device']) {
      const visit: Visit = () => assert.fail('It was visited.');
      const asked = askIssuer(given(visit, { 'fulcio-auth-flow': flow }), issuer.url, { ...context, fetch: changed });
      await assert.rejects(
        asked,
        { code: 'usage', message: /must begin with https/ },
        `${flow} ${JSON.stringify(page)}`,
      );
    }
  }
});

test('what an issuer names is asked as what it has named: it leads nowhere inside', async () => {
  await using issuer = await startIssuer();
  const asked: unknown[] = [];
  const noting: typeof fetch = (input, init) => {
    asked.push([new URL(String(input)).pathname, init?.referrer]);
    return fetch(input, init);
  };
  await askIssuer(given(browser([])), issuer.url, { ...context, fetch: noting });
  assert.deepEqual(asked, [
    ['/.well-known/openid-configuration', undefined],
    ['/token', issuer.url],
  ]);
});
