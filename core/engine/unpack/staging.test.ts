import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../../test/support/temporaryFolder.ts';
import { createStaging } from './staging.ts';

test('what takes the name of a staging folder that is in use stays, and hides no error', () => {
  using folder = temporaryFolder();
  const staging = createStaging(folder.path);
  const [name = ''] = readdirSync(folder.path);
  renameSync(join(folder.path, name), join(folder.path, 'away'));
  mkdirSync(join(folder.path, name));
  writeFileSync(join(folder.path, name, 'theirs'), '');
  staging[Symbol.dispose]();
  assert.ok(existsSync(join(folder.path, name, 'theirs')));
});
