import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkEntryName } from './checkEntryName.ts';

for (const path of [
  '',
  '/etc/passwd',
  '../x',
  'a/../../x',
  'a//b',
  './a',
  'a/.',
  'a\0b',
  'a/'.repeat(2048) + 'b',
  '.kitwright-unpack-1-a/x',
]) {
  test(`${JSON.stringify(path.slice(0, 20))} is refused everywhere`, () => {
    assert.throws(() => checkEntryName(path, 'linux'), { code: 'unpack-refused' });
  });
}

for (const path of ['a..b', '..hidden', 'end..', '...', 'new\nline', 'a:b', 'back\\slash']) {
  test(`${JSON.stringify(path)} is an ordinary name on POSIX`, () => checkEntryName(path, 'linux'));
}

for (const path of ['C:x', 'a\\b', 'nul', 'COM1.txt', 'dot.', 'blank ', 'a|b']) {
  test(`${JSON.stringify(path)} is refused on Windows`, () => {
    assert.throws(() => checkEntryName(path, 'win32'), { code: 'unpack-refused' });
  });
}
