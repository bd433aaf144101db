import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../../test/support/temporaryFolder.ts';
import { createRedirect } from './createRedirect.ts';

test('an address ends no attribute of the page', () => {
  using folder = temporaryFolder();
  using redirect = createRedirect(folder.path, `https://example.com/?a=1&b="><script>'`);
  const page = readFileSync(redirect.path, 'utf8');
  assert.doesNotMatch(page, /<script>/);
  assert.match(page, /href="https:\/\/example\.com\/\?a=1&#38;b=&#34;&#62;&#60;script&#62;&#39;"/);
});

test('the page that leads to another one is for its user alone, and goes with the watch', () => {
  using folder = temporaryFolder();
  const redirect = createRedirect(join(folder.path, 'root'), 'http://127.0.0.1:1/token/');
  assert.match(
    readFileSync(redirect.path, 'utf8'),
    /http-equiv="refresh" content="0; url=http:\/\/127\.0\.0\.1:1\/token\/"/,
  );
  assert.doesNotMatch(redirect.path, /token/);
  if (process.platform !== 'win32') {
    assert.equal(statSync(redirect.path).mode & 0o777, 0o600);
    assert.equal(statSync(dirname(redirect.path)).mode & 0o777, 0o700);
  }
  redirect[Symbol.dispose]();
  assert.ok(!existsSync(redirect.path));
});
