import assert from 'node:assert/strict';
import { chmodSync, chownSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../../test/support/temporaryFolder.ts';
import { atomicWrite } from './atomicWrite.ts';

const modeOf = (path: string) => statSync(path).mode & 0o777;

test("a file that is replaced leaves its permissions; another user's none that the umask takes", {
  skip: process.getuid?.() === 0 ? false : 'needs root, to give files away',
}, () => {
  using folder = temporaryFolder();
  const path = join(folder.path, 'report.html');
  writeFileSync(path, 'old');
  chmodSync(path, 0o666);
  atomicWrite(path, 'ours');
  assert.equal(modeOf(path), 0o666);
  chownSync(path, 12_345, 12_345);
  atomicWrite(path, 'ours again');
  assert.equal(modeOf(path), 0o666 & ~process.umask());
  assert.equal(readFileSync(path, 'utf8'), 'ours again');
});
