import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../test/support/temporaryFolder.ts';
import type { Session } from './Session.ts';
import { scratchFolder } from './scratchFolder.ts';

test('what commands left that were killed goes first, what running ones work in stays', () => {
  using folder = temporaryFolder();
  const session = { stores: () => ({ root: folder.path }) } as unknown as Session;
  const cache = join(folder.path, 'cache', 'export');
  const { pid } = spawnSync(process.execPath, ['--version']);
  const [gone, own] = [pid, process.pid].map((of) => `export-${of}-0123456789abcdef`);
  for (const name of [gone, own]) mkdirSync(join(cache, String(name), 'unpacked'), { recursive: true });
  let path = '';
  {
    using scratch = scratchFolder(session, 'export');
    path = scratch.path;
    assert.ok(existsSync(path));
  }
  assert.ok(!existsSync(path));
  assert.deepEqual(readdirSync(cache), [own]);
});
