import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isPrivate } from './isPrivate.ts';
import { webdavLocation } from './webdavLocation.ts';

test('a location is an address with a path, and a tag', () => {
  const shown = (text: string) => {
    const { folder, references } = webdavLocation(text);
    return [folder.href, ...references];
  };
  assert.deepEqual(shown('https://dav.example/team/model:v1'), ['https://dav.example/team/model/', 'v1']);
  assert.deepEqual(shown('https://dav.example:8443/team/'), ['https://dav.example:8443/team/']);
  assert.deepEqual(shown('http://dav.example/'), ['http://dav.example/']);
  assert.deepEqual(shown('https://dav.example/my model'), ['https://dav.example/my%20model/']);
});

test('a login, a query, or no path is refused', () => {
  const refused = ['', 'dav.example/x', 'ftp://dav.example/x', 'https://dav.example', 'https://dav.example:8443'];
  for (const text of [
    ...refused,
    'https://ann:secret@dav.example/x',
    'https://dav.example/x?y',
    'https://dav.example/#x',
  ])
    assert.throws(() => webdavLocation(text), { code: 'target-invalid' }, text);
});

test('a login goes over TLS, or to this machine', () => {
  const isAllowed = (url: string) => isPrivate(new URL(url));
  for (const url of ['https://dav.example', 'http://localhost:1', 'http://127.0.0.1', 'http://[::1]:8080'])
    assert.equal(isAllowed(url), true, url);
  for (const url of [
    'http://dav.example',
    'http://localhost.dav.example',
    'http://127.0.0.1.example',
    'http://10.0.0.1',
  ])
    assert.equal(isAllowed(url), false, url);
});
