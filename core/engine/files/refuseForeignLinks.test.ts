import assert from 'node:assert/strict';
import { chownSync, lchownSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../../test/support/temporaryFolder.ts';
import { openOrMakeDirectory } from './openOrMakeDirectory.ts';

const skip = process.getuid?.() !== 0 && 'only root can give files away';
const [stranger, owner] = [54_321, 54_322];

/** A folder for all, in which a link to a directory of ours has the name that we use. */
const shared = (folder: string, maker: number) => {
  const link = join(folder, 'shared', 'model');
  for (const name of ['shared', 'ours']) mkdirSync(join(folder, name));
  symlinkSync(join(folder, 'ours'), link);
  lchownSync(link, maker, maker);
  return link;
};

test('a target is not reached through a link of another user, at its end or above', { skip }, () => {
  using folder = temporaryFolder();
  const link = shared(folder.path, stranger);
  for (const path of [link, join(link, 'new'), `${link}/.`])
    assert.throws(() => openOrMakeDirectory(path), { code: 'path-is-link' }, path);
});

test('a link of our own is followed, and one of whoever owns the directory in which it lies', { skip }, () => {
  for (const maker of [0, owner]) {
    using folder = temporaryFolder();
    const link = shared(folder.path, maker);
    chownSync(join(folder.path, 'shared'), owner, owner);
    using opened = openOrMakeDirectory(join(link, 'new'));
    assert.ok(opened.path);
  }
});
