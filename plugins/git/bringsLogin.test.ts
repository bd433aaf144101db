import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bringsLogin } from './bringsLogin.ts';

const own = 'https://git.example.com/owner/name';

for (const [what, address, location = own] of [
  ['a login', 'https://ann@lfs.example.net/x'],
  ['a password', 'https://:secret@lfs.example.net/x'],
  ['a line end in a login', 'https://x%0Ahost=git.example.com@lfs.example.net/x'],
  ['a line end in a path', 'https://lfs.example.net/x%0dhost=git.example.com'],
  [
    'a login at its own host that is another one',
    'https://x@git.example.com/x',
    'https://ann@git.example.com/owner/name',
  ],
] as const)
  test(`large files at an address with ${what} are not fetched`, () => assert.ok(bringsLogin(address, location)));

test('an address without a login, and one with that of the user, are asked', () => {
  assert.ok(!bringsLogin('https://lfs.example.net/a%20b', own));
  assert.ok(!bringsLogin('https://ann@git.example.com/o/n.git/info/lfs', 'https://ann@git.example.com/o/n'));
  assert.ok(!bringsLogin('git@git.example.com:o/n', own));
});
