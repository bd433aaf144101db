import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fromNative } from './bytePath.ts';
import { joinStatTrees, listFrom, splitStatTree, statTreeOf } from './statTree.ts';
import { listDirectory } from './walk.ts';

const inFolder = (check: (folder: string) => void): void => {
  const folder = mkdtempSync(join(tmpdir(), 'kitwright-stat-'));
  try {
    check(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
};

test('what a tree knows is what the file system says: links, empty directories, names that are no UTF-8', () =>
  inFolder((folder) => {
    for (const name of ['a/empty', 'b']) mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, 'a/file'), 'x'.repeat(3000));
    writeFileSync(Buffer.concat([Buffer.from(`${folder}/b/`), Buffer.from([0xff, 0x20, 0xe9])]), '');
    symlinkSync('nowhere', join(folder, 'b/link'));
    const directories = ['', '/a', '/a/empty', '/b'].map((path) => fromNative(folder) + path);
    const tree = joinStatTrees(directories.map((path) => statTreeOf(path, [...listDirectory(path)])));
    const list = listFrom(splitStatTree(tree));
    for (const path of directories) assert.deepEqual(list(path), [...listDirectory(path)]);
  }));

test('other directories are unknown, to an empty tree as well', () =>
  inFolder((folder) => {
    mkdirSync(join(folder, 'other'));
    const path = fromNative(folder);
    const tree = statTreeOf(path, [...listDirectory(path)]);
    assert.equal(listFrom([tree])(`${path}/other`), undefined);
    assert.equal(listFrom(splitStatTree(joinStatTrees([])))(path), undefined);
  }));
