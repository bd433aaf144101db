import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../test/support/temporaryFolder.ts';
import { checkTree } from './checkTree.ts';

test('a list of files that git does not come to an end with is not waited for', { timeout: 60_000 }, async () => {
  using folder = temporaryFolder();
  writeFileSync(join(folder.path, 'git'), '#!/bin/sh\nexec sleep 600\n', { mode: 0o755 });
  const env = { PATH: `${folder.path}:${process.env['PATH']}` };
  const options = { directory: folder.path, env, signal: new AbortController().signal };
  await assert.rejects(checkTree('HEAD', options, 100), { code: 'remote-refused', message: /too slow/ });
});

test('a tree of submodules without end, which git makes directories of, is refused', async () => {
  using folder = temporaryFolder();
  const options = { directory: folder.path, env: process.env, signal: new AbortController().signal };
  const git = (args: readonly string[], input = '') =>
    execFileSync('git', args, { cwd: folder.path, input, encoding: 'utf8' }).trim();
  git(['init', '-q']);
  const treeOf = (count: number) =>
    git(
      ['mktree', '--missing'],
      Array.from({ length: count }, (_, i) => `160000 commit ${'a'.repeat(40)}\tm${i}\n`).join(''),
    );
  await checkTree(treeOf(10_000), options);
  await assert.rejects(checkTree(treeOf(10_001), options), { code: 'remote-refused', message: /too many/ });
});
