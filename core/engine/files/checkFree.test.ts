import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../../test/support/temporaryFolder.ts';
import { fromNative } from './bytePath.ts';
import { checkFree } from './checkFree.ts';

test('a kit adds nothing to a repository, keys or settings that are there, unless the user says so', () => {
  using folder = temporaryFolder();
  const at = fromNative(folder.path);
  for (const name of ['.git', 'deep/.ssh', '.config', '.husky', '.kitwright', 'plain'])
    mkdirSync(join(folder.path, name), { recursive: true });
  for (const name of ['.git', 'deep/.ssh', '.config', '.husky', '.kitwright']) {
    for (const existing of ['refuse', 'keep'] as const)
      assert.throws(() => checkFree(at, name, 'directory', existing), { code: 'unpack-exists' }, name);
    checkFree(at, name, 'directory', 'replace');
  }
  for (const name of ['plain', 'deep', '.hg']) checkFree(at, name, 'directory', 'refuse');
});

test('nothing is written through links, and a file is no directory', () => {
  using folder = temporaryFolder();
  const at = fromNative(folder.path);
  symlinkSync('/', join(folder.path, 'link'));
  writeFileSync(join(folder.path, 'file'), '');
  assert.throws(() => checkFree(at, 'link', 'directory', 'replace'), { code: 'unpack-refused' });
  assert.throws(() => checkFree(at, 'file', 'directory', 'replace'), { code: 'unpack-exists' });
});
