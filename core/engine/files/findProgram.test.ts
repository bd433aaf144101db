import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../../test/support/temporaryFolder.ts';
import { childEnvironment, findProgram, withSafePath } from './findProgram.ts';

/** A folder with an executable of this name. */
function folderWith(root: string, folder: string, name: string, mode = 0o755): string {
  const path = join(root, folder);
  mkdirSync(path);
  writeFileSync(join(path, name), '#!/bin/sh\n');
  chmodSync(join(path, name), mode);
  return path;
}

test('a program is found in the first absolute folder of PATH that has it', () => {
  using folder = temporaryFolder();
  const [first, second] = [folderWith(folder.path, 'a', 'tool'), folderWith(folder.path, 'b', 'tool')];
  const path = ['', '.', 'relative', first, second].join(delimiter);
  assert.equal(findProgram('tool', { PATH: path }), join(first, 'tool'));
});

test('a file that cannot be run, and a folder, are no program', () => {
  using folder = temporaryFolder();
  const plain = folderWith(folder.path, 'a', 'tool', 0o644);
  mkdirSync(join(folder.path, 'b', 'tool'), { recursive: true });
  assert.equal(findProgram('tool', { PATH: [plain, join(folder.path, 'b')].join(delimiter) }), undefined);
  assert.equal(findProgram('tool', {}), undefined);
});

test('on Windows the suffixes of PATHEXT are tried', () => {
  using folder = temporaryFolder();
  const path = folderWith(folder.path, 'a', 'tool.EXE');
  assert.equal(findProgram('tool', { PATH: path, PATHEXT: '.COM;.EXE' }, 'win32'), join(path, 'tool.EXE'));
});

const withoutCache = { NODE_DISABLE_COMPILE_CACHE: '1' };

test('what a program starts by name does not come from where it works either', () => {
  const path = ['', '.', '/bin', 'relative', '/usr/bin'].join(delimiter);
  const safe = ['/bin', '/usr/bin'].join(delimiter);
  const added = { ...withoutCache, GIT_DIR: 'x' };
  assert.deepEqual(withSafePath({ PATH: path, Path: path, GIT_DIR: 'x' }), { PATH: safe, Path: safe, ...added });
  assert.deepEqual(withSafePath({ HOME: '/h' }), { HOME: '/h', ...withoutCache });
  assert.deepEqual(childEnvironment({ PATH: path }), { PATH: safe, ...withoutCache });
});

test('a child gets what is on the list, and nothing of a hook, an npm script or a secret', () => {
  const env = {
    PATH: '/bin',
    HOME: '/h',
    HTTPS_PROXY: 'p',
    GIT_DIR: '/x',
    npm_config_registry: 'r',
    HF_TOKEN: 's',
    LC_ALL: 'C',
  };
  assert.deepEqual(childEnvironment(env), { ...withoutCache, PATH: '/bin', HOME: '/h', HTTPS_PROXY: 'p', LC_ALL: 'C' });
  const more = childEnvironment({ GIT_DIR: '/x', GIT_SSH: 'ssh' }, /^GIT_SSH$/);
  assert.deepEqual(more, { ...withoutCache, GIT_SSH: 'ssh' });
});
