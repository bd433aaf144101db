import assert from 'node:assert/strict';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../../test/support/temporaryFolder.ts';
import { type BytePath, textOf } from './bytePath.ts';
import { changeMode } from './changeMode.ts';
import { makePrivateDirectory } from './makePrivateDirectory.ts';
import { openDirectory } from './openDirectory.ts';
import { openOrMakeDirectory } from './openOrMakeDirectory.ts';

const descriptors = () => (process.platform === 'linux' ? readdirSync('/proc/self/fd').length : 0);

/** Makes the directory, and puts what somebody else prepared in its place before it is opened. */
const replacedBy = (theirs: string) => (path: BytePath) => {
  mkdirSync(path, { mode: 0o700 });
  renameSync(path, `${path}-away`);
  renameSync(join(textOf(path), '..', theirs), path);
};

test('a new directory is empty, and nobody else can enter it', () => {
  using folder = temporaryFolder();
  using parent = openDirectory(folder.path);
  using made = makePrivateDirectory(parent.path, 'new');
  writeFileSync(join(textOf(made.path), 'file'), '');
  assert.deepEqual(readdirSync(join(folder.path, 'new')), ['file']);
  if (process.platform !== 'win32') assert.equal(statSync(join(folder.path, 'new')).mode & 0o777, 0o700);
  assert.deepEqual(readdirSync(folder.path), ['new']);
});

test('a directory that took its place before it was open is refused: of others, open to them, not empty, a link', () => {
  using folder = temporaryFolder();
  using parent = openDirectory(folder.path);
  const prepared = ['open', 'full', ...(process.getuid?.() === 0 ? ['foreign'] : [])];
  for (const name of prepared) mkdirSync(join(folder.path, name), { mode: 0o700 });
  if (process.platform !== 'win32') chmodSync(join(folder.path, 'open'), 0o777);
  writeFileSync(join(folder.path, 'full', 'file'), '');
  if (prepared.includes('foreign')) chownSync(join(folder.path, 'foreign'), 12345, 12345);
  const open = descriptors();
  for (const name of prepared)
    assert.throws(() => makePrivateDirectory(parent.path, `for-${name}`, 'shown', replacedBy(name)), {
      code: 'directory-replaced',
      message: /^The new directory shown was replaced/,
    });
  assert.equal(descriptors(), open);
  symlinkSync(folder.path, join(folder.path, 'link'));
  assert.throws(() => makePrivateDirectory(parent.path, 'x', 'x', replacedBy('link')), { code: 'path-is-link' });
});

test('no mode is changed through a link', { skip: process.platform === 'win32' }, () => {
  using folder = temporaryFolder();
  const file = join(folder.path, 'file');
  writeFileSync(file, '', { mode: 0o600 });
  symlinkSync(file, join(folder.path, 'link'));
  assert.throws(() => changeMode(join(folder.path, 'link'), 0o666), { code: 'ELOOP' });
  assert.equal(statSync(file).mode & 0o777, 0o600);
  changeMode(file, 0o200);
  changeMode(file, 0o640);
  assert.equal(statSync(file).mode & 0o777, 0o640);
});

test('of a directory that a user names, links are followed in the part that is there', () => {
  using folder = temporaryFolder();
  mkdirSync(join(folder.path, 'real'));
  symlinkSync('real', join(folder.path, 'link'));
  using made = openOrMakeDirectory(join(folder.path, 'link', 'a', 'b'));
  writeFileSync(join(textOf(made.path), 'file'), '');
  assert.deepEqual(readdirSync(join(folder.path, 'real', 'a', 'b')), ['file']);
});
