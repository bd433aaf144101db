import assert from 'node:assert/strict';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ownIdentity } from '@kitwright/core/internal';
import { temporaryFolder } from '../../../test/support/temporaryFolder.ts';
import { fillDisk } from '../../engine/store/testing/fullDisk.ts';
import { addUse, dropUse, usersOf } from './entryUses.ts';

test('on a full disk a process is counted among the users too', () => {
  using folder = temporaryFolder();
  mkdirSync(join(folder.path, 'uses'));
  const user = ownIdentity();
  {
    using _disk = fillDisk();
    for (const _ of [1, 2]) addUse(folder.path, user);
  }
  assert.deepEqual(usersOf(folder.path), [user]);
  dropUse(folder.path, user);
  assert.deepEqual(readdirSync(join(folder.path, 'uses')), []);
  addUse(folder.path, { ...user, pid: 2 ** 22 + 1 });
  assert.deepEqual(usersOf(folder.path), []);
});
