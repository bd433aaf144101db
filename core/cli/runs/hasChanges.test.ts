import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { deflateSync } from 'node:zlib';
import { temporaryFolder } from '../../../test/support/temporaryFolder.ts';
import { hasChanges } from './hasChanges.ts';
import { readCommit } from './readCommit.ts';

/** A repository with one commit; the user's own config plays no part. */
function createRepository(...init: readonly string[]) {
  const folder = temporaryFolder();
  const env = { PATH: process.env['PATH'] ?? '', HOME: folder.path, GIT_CONFIG_GLOBAL: '/dev/null' };
  const git = (...args: readonly string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
      cwd: folder.path,
      env,
      stdio: 'pipe',
    });
  git('init', '-q', ...init);
  writeFileSync(join(folder.path, 'a.txt'), 'one');
  writeFileSync(join(folder.path, '.gitattributes'), 'a.txt filter=evil\n');
  git('add', '.');
  git('commit', '-q', '-m', 'first');
  const changes = () => hasChanges(folder.path, readCommit(folder.path) ?? '', env);
  return { path: folder.path, git, changes, [Symbol.dispose]: () => folder[Symbol.dispose]() };
}

for (const format of ['sha1', 'sha256'])
  test(`changes are seen (${format})`, () => {
    using repository = createRepository(`--object-format=${format}`);
    assert.equal(repository.changes(), false);
    writeFileSync(join(repository.path, 'a.txt'), 'two');
    assert.equal(repository.changes(), true);
  });

/** Puts other bytes behind the hash of an object. */
const forge = (path: string, id: string, type: string, bytes: Buffer): void => {
  const file = join(path, '.git/objects', id.slice(0, 2), id.slice(2));
  rmSync(file, { force: true });
  writeFileSync(file, deflateSync(Buffer.concat([Buffer.from(`${type} ${bytes.length}\0`), bytes])));
};

test('files that the index says not to look at are not said to be unchanged', () => {
  for (const flag of ['--assume-unchanged', '--skip-worktree']) {
    using repository = createRepository();
    repository.git('update-index', flag, 'a.txt');
    writeFileSync(join(repository.path, 'a.txt'), 'two');
    assert.notEqual(repository.changes(), false, flag);
  }
});

test('a sparse checkout is unchanged where what it left out is not there', () => {
  using repository = createRepository();
  repository.git('update-index', '--skip-worktree', 'a.txt');
  rmSync(join(repository.path, 'a.txt'));
  assert.equal(repository.changes(), false);
});

test('other bytes behind the hash of a commit or of a tree are not taken for it', () => {
  for (const type of ['commit', 'tree'] as const) {
    using repository = createRepository();
    const { path, git } = repository;
    const [commit, tree] = ['HEAD', 'HEAD^{tree}'].map((name) => git('rev-parse', name).toString().trim());
    writeFileSync(join(path, 'a.txt'), 'two');
    git('add', '.');
    const other = git('write-tree').toString().trim();
    const text = git('cat-file', 'commit', 'HEAD').toString();
    if (type === 'commit') forge(path, commit ?? '', type, Buffer.from(text.replace(tree ?? '', other)));
    else forge(path, tree ?? '', type, git('cat-file', 'tree', other));
    assert.equal(repository.changes(), undefined, type);
  }
});

test('an index that claims the hash of a directory for other files is not believed', () => {
  using repository = createRepository();
  const { path, git } = repository;
  mkdirSync(join(path, 'src'));
  writeFileSync(join(path, 'src/b.txt'), 'one');
  git('add', '.');
  git('commit', '-q', '-m', 'second');
  const good = git('rev-parse', 'HEAD:src').toString().trim();
  writeFileSync(join(path, 'src/b.txt'), 'two');
  git('add', '.');
  const other = git('rev-parse', git('write-tree').toString().trim()).toString().trim();
  const bad = git('rev-parse', `${other}:src`).toString().trim();
  const index = readFileSync(join(path, '.git/index'));
  for (const [from, to] of [
    [bad, good],
    [other, git('rev-parse', 'HEAD^{tree}').toString().trim()],
  ] as const)
    index.set(Buffer.from(to, 'hex'), index.indexOf(Buffer.from(from, 'hex')));
  index.set(createHash('sha1').update(index.subarray(0, -20)).digest(), index.length - 20);
  writeFileSync(join(path, '.git/index'), index);
  assert.equal(repository.changes(), undefined);
});

test('git-lfs is not asked where its settings are a link', () => {
  using repository = createRepository();
  assert.equal(repository.changes(), false);
  symlinkSync('/proc/self/fd/1', join(repository.path, '.lfsconfig'));
  assert.equal(repository.changes(), undefined);
});

test('nor where they include other files, or are in the index or the commit alone', () => {
  using repository = createRepository();
  const settings = join(repository.path, '.lfsconfig');
  writeFileSync(settings, '[lfs]\n\tfetchexclude = a\n');
  assert.equal(repository.changes(), false);
  writeFileSync(settings, '[core][include]\n\tpath = /proc/self/fd/1\n');
  assert.equal(repository.changes(), undefined);
  repository.git('add', '.lfsconfig');
  rmSync(settings);
  assert.equal(repository.changes(), undefined);
  assert.equal(repository.changes(), undefined);
});

test('nothing that the repository configures runs', () => {
  using repository = createRepository();
  const mark = join(repository.path, 'ran');
  const program = `sh -c "touch ${mark}; cat"`;
  for (const [key, value] of [
    ['filter.evil.clean', program],
    ['filter.evil.process', program],
    ['core.fsmonitor', program],
    ['extensions.partialClone', 'origin'],
    ['remote.origin.promisor', 'true'],
    ['remote.origin.uploadpack', program],
    ['include.path', mark],
  ] as const)
    repository.git('config', key, value);
  utimesSync(join(repository.path, 'a.txt'), 1, 1);
  repository.changes();
  assert.ok(!existsSync(mark));
});

test('an index that others can change does not say that a file is as it was committed, whatever it knows of it', () => {
  using repository = createRepository();
  const { path, git } = repository;
  const blob = () => git('rev-parse', ':a.txt').toString().trim();
  const before = blob();
  writeFileSync(join(path, 'a.txt'), 'two');
  utimesSync(join(path, 'a.txt'), 1_700_000_000, 1_700_000_000);
  git('update-index', 'a.txt');
  const file = join(path, '.git/index');
  const index = readFileSync(file).subarray(0, -20);
  index.set(Buffer.from(before, 'hex'), index.indexOf(Buffer.from(blob(), 'hex')));
  writeFileSync(file, Buffer.concat([index, createHash('sha1').update(index).digest()]));
  chmodSync(file, 0o666);
  assert.equal(repository.changes(), true);
  writeFileSync(join(path, 'a.txt'), 'one');
  assert.equal(repository.changes(), false);
});

for (const [attribute, committed, found] of [
  ['ident', 'a = "$Id$"\n', 'a = "$Id: "; b = "$"\n'],
  ['working-tree-encoding=UTF-7', '# a\nb = 1\n', '# a+AAo-b = 1\n'],
] as const)
  test(`a file is not as it was committed because of ${attribute} in attributes beside it`, () => {
    using repository = createRepository();
    const { path, git } = repository;
    mkdirSync(join(path, 'd'));
    writeFileSync(join(path, 'd/b.py'), committed);
    git('add', 'd');
    git('commit', '-q', '-m', 'second');
    assert.equal(repository.changes(), false);
    writeFileSync(join(path, 'd/.gitattributes'), `*.py ${attribute}\n`);
    writeFileSync(join(path, 'd/b.py'), found);
    // Git takes it for the same; then the directory comes out of an archive.
    git('add', 'd/b.py');
    utimesSync(join(path, 'd/b.py'), 1_700_000_000, 1_700_000_000);
    assert.equal(repository.changes(), true);
  });
