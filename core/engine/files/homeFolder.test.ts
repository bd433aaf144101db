import assert from 'node:assert/strict';
import { test } from 'node:test';
import { homeFolder } from './homeFolder.ts';

const unknown = (): string => {
  throw new Error('A system error occurred: uv_os_homedir returned ENOENT');
};

test('the environment comes first, then what the system knows', () => {
  assert.equal(homeFolder({ HOME: '/a', USERPROFILE: 'C:\\b' }, unknown), '/a');
  assert.equal(homeFolder({ USERPROFILE: 'C:\\b' }, unknown), 'C:\\b');
  assert.equal(
    homeFolder({ HOME: '' }, () => '/root'),
    '/root',
  );
});

test('a user whom the system does not know has none', () => {
  assert.equal(homeFolder({}, unknown), undefined);
  assert.equal(
    homeFolder({}, () => ''),
    undefined,
  );
});
