import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { temporaryFolder } from '../../../test/support/temporaryFolder.ts';
import { examineFileSystem } from './examineFileSystem.ts';

test('what is tried in a directory is tried, and leaves nothing behind', () => {
  using folder = temporaryFolder();
  const found = examineFileSystem('here', folder.path).map((check) => check.found);
  assert.doesNotMatch(found.join('\n'), /cannot write/);
  assert.deepEqual(readdirSync(folder.path), []);
});
