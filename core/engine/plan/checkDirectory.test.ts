import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../../test/support/temporaryFolder.ts';
import { checkDirectory } from './checkDirectory.ts';

test('a directory is accepted, also by a name that is not ASCII, and behind a link', () => {
  using folder = temporaryFolder();
  const directory = join(folder.path, 'données');
  mkdirSync(directory);
  symlinkSync(directory, join(folder.path, 'link'));
  checkDirectory(directory);
  checkDirectory(join(folder.path, 'link'));
});

test('what is no directory is refused by name', () => {
  using folder = temporaryFolder();
  const file = join(folder.path, 'file');
  writeFileSync(file, '');
  assert.throws(() => checkDirectory(file), { code: 'kitfile-not-found', data: { directory: file } });
  const missing = join(folder.path, 'missing');
  assert.throws(() => checkDirectory(missing), { code: 'layer-path-refused', data: { directory: missing } });
  assert.throws(() => checkDirectory(join(file, 'below')), { code: 'layer-path-refused' });
});
