import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, realpathSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../../test/support/temporaryFolder.ts';
import { privateScratch } from './privateScratch.ts';

/** A scratch folder, where the temporary folder of the system has this mode. */
const scratchIn = (mode: number) => {
  const folder = temporaryFolder();
  const [shared, root] = [join(folder.path, 'shared'), join(folder.path, 'root')];
  mkdirSync(shared);
  chmodSync(shared, mode);
  const { TMPDIR } = process.env;
  process.env['TMPDIR'] = shared;
  const scratch = privateScratch('test', { KITWRIGHT_HOME: root });
  if (TMPDIR === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = TMPDIR;
  return { folder, shared, root, scratch };
};

const skip = process.platform === 'win32' && 'modes say nothing there';

test('a folder lies where nobody else can rename it, and is removed', { skip }, () => {
  const { folder, shared, root, scratch } = scratchIn(0o777);
  using _folder = folder;
  assert.ok(scratch.path.startsWith(root));
  assert.equal(statSync(scratch.path).mode & 0o777, 0o700);
  assert.ok(existsSync(shared));
  scratch[Symbol.dispose]();
  assert.ok(!existsSync(scratch.path));
});

test('a folder is not used through a link, which may lead elsewhere later', { skip }, () => {
  using folder = temporaryFolder();
  const [shared, real] = [join(folder.path, 'shared'), join(folder.path, 'real')];
  for (const path of [shared, real]) mkdirSync(path);
  chmodSync(shared, 0o777);
  symlinkSync(real, join(shared, 'tmp'));
  const { TMPDIR } = process.env;
  process.env['TMPDIR'] = join(shared, 'tmp');
  using scratch = privateScratch('test', { KITWRIGHT_HOME: join(folder.path, 'root') });
  if (TMPDIR === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = TMPDIR;
  assert.ok(scratch.path.startsWith(realpathSync(real)), scratch.path);
});

test('a folder for everybody with the sticky bit will do', { skip }, () => {
  const { folder, shared, scratch } = scratchIn(0o1777);
  using _folder = folder;
  using _scratch = scratch;
  assert.ok(scratch.path.startsWith(shared));
});
