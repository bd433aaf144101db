import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { temporaryFolder } from '../../../test/support/temporaryFolder.ts';
import { makeDirectories } from './makeDirectories.ts';

test('a directory is made with those above it, and may be there', () => {
  using folder = temporaryFolder();
  const path = join(folder.path, 'a', 'b', 'c');
  for (const _ of [1, 2]) makeDirectories(path, 0o700);
  for (const each of ['a', 'a/b', 'a/b/c']) assert.equal(statSync(join(folder.path, each)).mode & 0o777, 0o700);
});

test('many processes may make one at once', async () => {
  using folder = temporaryFolder();
  const program = `
    import { makeDirectories } from ${JSON.stringify(new URL('makeDirectories.ts', import.meta.url).href)};
    for (let i = 0; i < 300; i++) makeDirectories(${JSON.stringify(folder.path)} + '/' + i + '/a/b/c/d');`;
  const run = promisify(execFile);
  const args = ['--conditions=kitwright-source', '--input-type=module', '-e', program];
  await Promise.all([1, 2, 3, 4].map(() => run(process.execPath, args)));
  assert.ok(statSync(join(folder.path, '299', 'a', 'b', 'c', 'd')).isDirectory());
});

test('a file or a link that leads nowhere is no directory', () => {
  using folder = temporaryFolder();
  writeFileSync(join(folder.path, 'file'), '');
  symlinkSync('nowhere', join(folder.path, 'link'));
  assert.throws(() => makeDirectories(join(folder.path, 'file')), { code: 'EEXIST' });
  assert.throws(() => makeDirectories(join(folder.path, 'file', 'x')), { code: 'ENOTDIR' });
  assert.throws(() => makeDirectories(join(folder.path, 'link')), { code: 'EEXIST' });
});

test('where nothing can be made it ends', { skip: process.platform !== 'linux' && 'there is no /proc' }, () => {
  for (const path of ['/proc/x', '/proc/x/y', '/proc/self/fd/x']) assert.throws(() => makeDirectories(path));
});
