import assert from 'node:assert/strict';
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
