import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { runCli } from '../support/runCli.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

const skip = process.env['GIT_LFS'] ? false : 'git-lfs is not here';

const gitIn = (directory: string, ...args: readonly string[]): string =>
  execFileSync('git', args as string[], {
    cwd: directory,
    env: { PATH: process.env['PATH'] ?? '', HOME: directory, GIT_CONFIG_NOSYSTEM: '1' },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });

/** A repository with a kit, to which an attacker adds files. */
const createRepository = (directory: string, add: (directory: string) => void): void => {
  mkdirSync(join(directory, 'src'), { recursive: true });
  writeFileSync(join(directory, 'Kitfile'), 'manifestVersion: 1.0.0\npackage: {name: x}\ncode:\n- path: src\n');
  writeFileSync(join(directory, 'src/a.py'), '1\n');
  gitIn(directory, 'init', '-q', '-b', 'main');
  gitIn(directory, 'config', 'user.name', 'Ann');
  gitIn(directory, 'config', 'user.email', 'ann@example.com');
  add(directory);
  gitIn(directory, 'add', '-A');
  gitIn(directory, 'commit', '-q', '-m', 'x');
};

const importFrom = (cwd: string, directory: string, env: Readonly<Record<string, string>> = {}) =>
  runCli(['--config', join(cwd, 'home'), 'import', pathToFileURL(directory).href, '-t', 'x:v1'], {
    cwd,
    env: { CI: '1', ...env },
  });

test('links of a repository to folders and files outside are not followed: nothing there is removed', {
  skip,
}, async () => {
  using folder = temporaryFolder();
  const outside = join(folder.path, 'outside');
  mkdirSync(join(outside, 'deep'), { recursive: true });
  for (const name of ['.gitignore', '.gitattributes', 'deep/.gitignore']) writeFileSync(join(outside, name), 'mine');
  const repository = join(folder.path, 'repository');
  createRepository(repository, (directory) => {
    symlinkSync(outside, join(directory, 'link'));
    symlinkSync(outside, join(directory, 'src', 'link'));
    symlinkSync(join(outside, '.gitignore'), join(directory, '.gitignore'));
  });
  await importFrom(folder.path, repository);
  assert.deepEqual(readdirSync(outside).sort(), ['.gitattributes', '.gitignore', 'deep']);
  assert.ok(existsSync(join(outside, 'deep/.gitignore')));
});

test('links to each other, to themselves or to a device do not stop an import', { skip }, async () => {
  using folder = temporaryFolder();
  const repository = join(folder.path, 'repository');
  createRepository(repository, (directory) => {
    for (const [name, target] of [
      ['a', 'b'],
      ['b', 'a'],
      ['here', '.'],
      ['src/up', '..'],
      ['src/zero', '/dev/zero'],
    ] as const)
      symlinkSync(target, join(directory, name));
  });
  const { signal } = await importFrom(folder.path, repository);
  assert.equal(signal, null);
});

test('GIT_DIR and similar variables, which git sets for hooks, do not redirect an import to the repository of the user', {
  skip,
}, async () => {
  using folder = temporaryFolder();
  const [repository, mine] = [join(folder.path, 'repository'), join(folder.path, 'mine')];
  createRepository(repository, () => undefined);
  createRepository(mine, (directory) => writeFileSync(join(directory, 'mine.txt'), 'mine'));
  const before = gitIn(mine, 'rev-parse', 'HEAD');
  const { code, stderr } = await importFrom(folder.path, repository, {
    GIT_DIR: join(mine, '.git'),
    GIT_WORK_TREE: mine,
    GIT_INDEX_FILE: join(mine, '.git', 'index'),
    GIT_OBJECT_DIRECTORY: join(mine, '.git', 'objects'),
  });
  assert.equal(code, 0, stderr);
  assert.equal(gitIn(mine, 'rev-parse', 'HEAD'), before);
  assert.equal(gitIn(mine, 'remote'), '');
  assert.equal(gitIn(mine, 'status', '--porcelain'), '');
});
