import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { deflateSync } from 'node:zlib';
import { checkRepeats } from './checkRepeats.ts';
import { checkTree } from './checkTree.ts';

const gigabyte = 1024 ** 3;
const refused = { code: 'remote-refused' };

test('files are bounded by those that differ, and by the bytes in which they came', () => {
  const file = { id: 'a', size: gigabyte };
  checkRepeats([file], 1);
  checkRepeats([file, { id: 'b', size: gigabyte }], gigabyte / 100);
  assert.throws(() => checkRepeats([file, { id: 'b', size: gigabyte }], gigabyte / 101), refused);
  assert.throws(() => checkRepeats(Array.from({ length: 12 }, () => file)), refused);
});

test('a commit whose files are much larger than what was sent is refused before they are on the disk', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'kitwright-git-test-'));
  try {
    const git = (args: readonly string[], input = '') =>
      execFileSync('git', args, { cwd: directory, input, encoding: 'utf8', stdio: ['pipe', 'pipe', 'ignore'] }).trim();
    git(['init', '-q']);
    // Its size is all that git asks for.
    const blob = Buffer.from(`blob ${2 * gigabyte}\0`);
    const id = createHash('sha1').update(blob).digest('hex');
    mkdirSync(join(directory, '.git', 'objects', id.slice(0, 2)));
    writeFileSync(join(directory, '.git', 'objects', id.slice(0, 2), id.slice(2)), deflateSync(blob));
    const tree = git(['mktree', '--missing'], `100644 blob ${id}\tmodel.bin\n`);
    const options = { directory, env: process.env, signal: new AbortController().signal };
    await assert.rejects(checkTree(tree, options), { ...refused, message: /files of 2147483648 bytes in \d+ bytes/ });
  } finally {
    rmSync(directory, { recursive: true });
  }
});
