import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { leaveFree } from '../../../test/support/leaveFree.ts';
import { temporaryFolder } from '../../../test/support/temporaryFolder.ts';
import { claimWorkspace } from './claimWorkspace.ts';

test('what an import leaves is there for the next one, but not on a disk that it fills', () => {
  using folder = temporaryFolder();
  const leave = () => {
    const workspace = claimWorkspace(folder.path, ['hf', 'owner/name']);
    writeFileSync(join(workspace.path, 'part'), 'bytes');
    workspace.release();
    return readdirSync(folder.path).length;
  };
  assert.equal(leave(), 1);
  using _free = leaveFree(0);
  assert.equal(leave(), 0);
});
