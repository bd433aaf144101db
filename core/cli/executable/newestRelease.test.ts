import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { newestRelease } from './newestRelease.ts';
import { adviceFor } from './updateAdvice.ts';

/** What is found where the page of releases answers so. */
const answering = async (status: number, headers: Readonly<Record<string, string>>): Promise<string | undefined> => {
  const server = createServer((_, response) => response.writeHead(status, headers).end('a page')).listen(
    0,
    '127.0.0.1',
  );
  await once(server, 'listening');
  try {
    return await newestRelease(`http://127.0.0.1:${(server.address() as AddressInfo).port}/releases/latest`);
  } finally {
    server.close();
  }
};

test('the newest release is the one to which its page redirects', async () => {
  const location = 'https://github.com/kitwright/kitwright/releases/tag/v1.12.0';
  assert.equal(await answering(302, { location }), '1.12.0');
});

test('nothing else is taken for a version', async () => {
  for (const location of ['/releases', '/releases/tag/v1.0', '/releases/tag/v1.0.0-rc.1', '/releases/tag/v1.0.0/../x'])
    assert.equal(await answering(302, { location }), undefined, location);
  assert.equal(await answering(200, {}), undefined);
  assert.equal(await newestRelease('http://127.0.0.1:1/releases/latest'), undefined, 'no connection');
});

test('the advice fits the way the executable came', () => {
  assert.equal(adviceFor('/opt/homebrew/Cellar/kitwright/1.0.0/bin/kitwright'), 'brew upgrade kitwright');
  assert.equal(
    adviceFor('C:\\Users\\a\\AppData\\Local\\Microsoft\\WinGet\\Packages\\Kitwright.Kitwright\\kitwright.exe'),
    'winget upgrade Kitwright.Kitwright',
  );
  assert.match(adviceFor('/usr/local/bin/kitwright'), /^https:\/\/.*\/releases\/latest$/);
});
