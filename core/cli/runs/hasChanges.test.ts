import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
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
