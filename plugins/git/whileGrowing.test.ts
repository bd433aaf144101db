import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../test/support/temporaryFolder.ts';
import { runGit } from './runGit.ts';
import {
  checkGrowth,
  largeFilesOf,
  lookAtClone,
  lookAtLargeFiles,
  objectsOf,
  sentBelow,
  whileGrowing,
} from './whileGrowing.ts';

test('a pack of which hardly a byte was sent is refused where it becomes large', () => {
  using folder = temporaryFolder();
  mkdirSync(join(folder.path, 'pack'));
  const pack = join(folder.path, 'pack', 'tmp_pack_1');
  writeFileSync(pack, '');
  // Zeros without a block on the disk.
  truncateSync(pack, 1024 ** 3 / 2);
  checkGrowth(folder.path);
  truncateSync(pack, 2 * 1024 ** 3);
  assert.throws(() => checkGrowth(folder.path), { code: 'remote-refused' });
});

test('what is compressed already was sent as it is, and text in a part', () => {
  using folder = temporaryFolder();
  writeFileSync(join(folder.path, 'a'), randomBytes(4 * 1024 * 1024));
  // Two of the places may overlap.
  assert.ok(sentBelow(folder.path) > 4_000_000);
  writeFileSync(join(folder.path, 'a'), 'some text\n'.repeat(400_000));
  const sent = sentBelow(folder.path);
  assert.ok(sent > 0 && sent < 4_000_000 / 20);
});

test('files that git makes many times larger than they came are refused while they come', () => {
  using folder = temporaryFolder();
  mkdirSync(objectsOf({ directory: folder.path }), { recursive: true });
  writeFileSync(join(objectsOf({ directory: folder.path }), 'pack'), randomBytes(4096));
  const look = lookAtClone({ directory: folder.path });
  writeFileSync(join(folder.path, 'a.txt'), '');
  truncateSync(join(folder.path, 'a.txt'), 1024 ** 3 / 2);
  assert.equal(look(), 1024 ** 3 / 2 + 4096);
  truncateSync(join(folder.path, 'a.txt'), 2 * 1024 ** 3);
  assert.throws(look, { code: 'remote-refused' });
});

test('large files that a server compressed on their way are refused while they come', () => {
  using folder = temporaryFolder();
  const directory = folder.path;
  const incomplete = join(largeFilesOf({ directory }), 'incomplete');
  mkdirSync(incomplete, { recursive: true });
  const look = lookAtLargeFiles({ directory });
  writeFileSync(join(incomplete, 'a.part'), randomBytes(4096));
  truncateSync(join(incomplete, 'a.part'), 1024 ** 3);
  assert.equal(look(), 1024 ** 3);
  truncateSync(join(incomplete, 'a.part'), 2 * 1024 ** 3);
  assert.throws(look, { code: 'remote-refused' });
});

test('large files that are there may be zeros: they are copied, and were looked at before', () => {
  using folder = temporaryFolder();
  const { path: directory } = folder;
  mkdirSync(largeFilesOf({ directory }), { recursive: true });
  for (const path of [join(largeFilesOf({ directory }), 'object'), join(directory, 'a.bin')]) {
    writeFileSync(path, '');
    truncateSync(path, 2 * 1024 ** 3);
  }
  assert.equal(lookAtClone({ directory })(), 4 * 1024 ** 3);
});

test('a checkout that attributes hold for ever is ended', { timeout: 60_000 }, async () => {
  using folder = temporaryFolder();
  const options = { directory: folder.path, env: process.env, signal: new AbortController().signal };
  const git = (args: readonly string[], input = '') =>
    execFileSync('git', args, { cwd: folder.path, input, encoding: 'utf8', stdio: ['pipe', 'pipe', 'ignore'] }).trim();
  git(['init', '-q']);
  const blobOf = (text: string) => git(['hash-object', '-w', '--stdin', '--no-filters'], text);
  let tree = git(['mktree'], `100644 blob ${blobOf('x')}\tc\n`);
  for (let level = 0; level < 60; level++) tree = git(['mktree'], `040000 tree ${tree}\ta\n`);
  const above = git(['ls-tree', tree]);
  const attributes = blobOf(`${'**/a/'.repeat(9)}**/b text\n`);
  tree = git(['mktree'], `100644 blob ${attributes}\t.gitattributes\n${above}\n`);
  const commit = git(['-c', 'user.name=a', '-c', 'user.email=a@b', 'commit-tree', '-m', 'x', tree]);
  await assert.rejects(
    whileGrowing(
      options,
      () => 0,
      (watched) => runGit(['checkout', '--quiet', '--detach', commit], watched),
      500,
    ),
    { code: 'remote-refused', message: /too slow/ },
  );
});
