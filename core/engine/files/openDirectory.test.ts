import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../../test/support/temporaryFolder.ts';
import { bytePath, textOf } from './bytePath.ts';
import { createPathOpener } from './createPathOpener.ts';
import { makeDirectory } from './makeDirectory.ts';
import { openBelow, openDirectory } from './openDirectory.ts';
import { removeTree } from './removeTree.ts';

const skip = process.platform === 'linux' ? false : 'only Linux has paths of descriptors';

/** A directory with `a/b`, and one of somebody else beside it. */
const createTree = () => {
  const folder = temporaryFolder();
  const [target, outside] = [join(folder.path, 'target'), join(folder.path, 'outside')];
  mkdirSync(join(target, 'a', 'b'), { recursive: true });
  mkdirSync(join(outside, 'b'), { recursive: true });
  writeFileSync(join(outside, 'b', 'file'), 'theirs');
  const swap = () => {
    renameSync(join(target, 'a'), join(target, 'away'));
    symlinkSync(outside, join(target, 'a'));
  };
  return { target, outside, swap, [Symbol.dispose]: () => folder[Symbol.dispose]() };
};

test('a directory that is open stays the same one, whatever takes its name', { skip }, () => {
  using tree = createTree();
  using root = openDirectory(tree.target);
  using a = openBelow(root.path, 'a');
  using b = openBelow(a.path, 'b');
  tree.swap();
  writeFileSync(join(textOf(b.path), 'ours'), '');
  assert.deepEqual(readdirSync(join(tree.target, 'away', 'b')), ['ours']);
  assert.deepEqual(readdirSync(join(tree.outside, 'b')), ['file']);
});

test('a link below is refused and named, by each way of opening one', () => {
  using tree = createTree();
  tree.swap();
  using root = openDirectory(tree.target);
  using opener = createPathOpener(root.path);
  for (const open of [
    () => openBelow(root.path, 'a'),
    () => opener.open('a'),
    () => opener.open('a/b'),
    () => makeDirectory(root.path, 'a/b/c'),
  ])
    assert.throws(open, { code: 'path-is-link', message: /^a is a link/ });
  assert.ok(!existsSync(join(tree.outside, 'b', 'c')));
});

test('where no handle can be had, a link that came is noticed afterwards', () => {
  using tree = createTree();
  const { platform } = process;
  Object.defineProperty(process, 'platform', { value: 'freebsd' });
  try {
    using root = openDirectory(tree.target);
    using a = openBelow(root.path, 'a');
    a.check();
    tree.swap();
    assert.throws(() => a.check(), { code: 'path-is-link' });
  } finally {
    Object.defineProperty(process, 'platform', { value: platform });
  }
});

test('what is opened is closed: no descriptor is left', { skip }, () => {
  using tree = createTree();
  const open = () => readdirSync('/proc/self/fd').length;
  const before = open();
  {
    using root = openDirectory(tree.target);
    using opener = createPathOpener(root.path);
    for (const path of ['a/b', 'a', 'a/b', '']) opener.open(path);
    using _made = makeDirectory(root.path, 'x/y/z');
  }
  assert.equal(open(), before);
});

test('a tree is removed with its links, and nothing that they lead to', () => {
  using tree = createTree();
  tree.swap();
  symlinkSync('.', join(tree.target, 'away', 'loop'));
  symlinkSync(tree.outside, join(tree.target, 'away', 'b', 'out'));
  mkdirSync(join(tree.target, 'away', 'ü\n'));
  using root = openDirectory(tree.target);
  removeTree(root.path, 'a');
  removeTree(root.path, 'away');
  removeTree(root.path, 'not there');
  assert.deepEqual(readdirSync(tree.target), []);
  assert.deepEqual(readdirSync(join(tree.outside, 'b')), ['file']);
});

test('a tree of any depth is removed, with a bounded number of descriptors', () => {
  using tree = createTree();
  using root = openDirectory(tree.target);
  const levels = Array.from({ length: 400 }, () => 'd');
  // Each time the tree so far goes to the bottom of a new one: the system opens no path of all levels at once.
  for (let i = 0; i < 5; i++) {
    if (i > 0) renameSync(join(tree.target, 'd'), join(tree.target, 'before'));
    mkdirSync(join(tree.target, ...levels), { recursive: true });
    if (i > 0) renameSync(join(tree.target, 'before'), join(tree.target, ...levels, 'before'));
  }
  removeTree(root.path, bytePath('d'));
  assert.equal(existsSync(join(tree.target, 'd')), false);
});
