import assert from 'node:assert/strict';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { OpenContext } from '@kitwright/core/plugin';
import { temporaryFolder } from '../../test/support/temporaryFolder.ts';
import { checkLfsPlace } from './checkLfsPlace.ts';

test('settings of a repository for git-lfs that are a link are refused before git-lfs follows it', async () => {
  using folder = temporaryFolder();
  // The pipe into which git writes what it says: to read from it ends never.
  symlinkSync('/proc/self/fd/1', join(folder.path, '.lfsconfig'));
  const options = { directory: folder.path, env: process.env, signal: AbortSignal.timeout(20_000) };
  await assert.rejects(checkLfsPlace('https://example.com/team/net', options, {} as OpenContext), {
    code: 'remote-refused',
    message: /\.lfsconfig of the repository is no file/,
  });
});
