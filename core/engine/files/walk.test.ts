import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../../test/support/temporaryFolder.ts';
import type { BytePath } from './bytePath.ts';
import { fingerprintBelow, fingerprintsTo } from './fingerprintBelow.ts';
import { isOursAlone } from './isOursAlone.ts';
import { listDirectory, typeOf, walk } from './walk.ts';

/** A tree `in/a/b` and one outside; `swap` puts something else in the place of `in/a`. */
const createTree = () => {
  const folder = temporaryFolder();
  const [root, outside] = [join(folder.path, 'in'), join(folder.path, 'outside')];
  for (const top of [join(root, 'a'), outside]) {
    mkdirSync(join(top, 'b'), { recursive: true });
    writeFileSync(join(top, 'b', top === outside ? 'theirs' : 'ours'), '');
  }
  const swap = (replace: (path: string) => void) => {
    renameSync(join(root, 'a'), join(folder.path, 'away'));
    replace(join(root, 'a'));
  };
  return { root, outside, swap, [Symbol.dispose]: () => folder[Symbol.dispose]() };
};

/** The paths that a walk finds which is disturbed when it sees `when`. */
const walked = (root: string, when: string, disturb: () => void) => {
  const found: BytePath[] = [];
  walk(
    root,
    ({ path }) => {
      found.push(path);
      if (path === when) disturb();
      return undefined;
    },
    listDirectory,
  );
  return found;
};

test('a walk enters only the directory that it saw: not a link, and no other one, that took its name', () => {
  for (const replace of ['link', 'directory'] as const) {
    using tree = createTree();
    const disturb = () =>
      tree.swap((path) => (replace === 'link' ? symlinkSync(tree.outside, path) : renameSync(tree.outside, path)));
    assert.throws(() => walked(tree.root, 'a', disturb), { code: 'content-changed', message: /\/a was replaced/ });
  }
});

test('a link that takes the name of a directory above the one that is entered leads nowhere', () => {
  using tree = createTree();
  const disturb = () => tree.swap((path) => symlinkSync(tree.outside, path));
  assert.throws(() => walked(tree.root, 'a/b', disturb), { code: 'content-changed', message: /\/a\/b was replaced/ });
});

test('where no handle can be had, what was seen is compared before and after', () => {
  const { platform } = process;
  Object.defineProperty(process, 'platform', { value: 'freebsd' });
  try {
    using tree = createTree();
    const disturb = () => tree.swap((path) => symlinkSync(tree.outside, path));
    assert.throws(() => walked(tree.root, 'a/b/ours', disturb), { code: 'content-changed' });
  } finally {
    Object.defineProperty(process, 'platform', { value: platform });
  }
});

test('the stat data of a path is never that of what a link on the way leads to', () => {
  using tree = createTree();
  assert.ok(fingerprintBelow(tree.root, 'a/b/ours'));
  tree.swap((path) => symlinkSync(tree.outside, path));
  assert.equal(fingerprintBelow(tree.root, 'a/b/theirs'), undefined);
  assert.equal(fingerprintBelow(tree.root, 'not/there'), undefined);
});

test('the stat data on the way to a path end at the first link', () => {
  using tree = createTree();
  const kinds = (path: string) => fingerprintsTo(tree.root, path).map((found) => found && typeOf(found.mode));
  assert.deepEqual(kinds('a/b/ours'), ['directory', 'directory', 'file']);
  tree.swap((path) => symlinkSync(tree.outside, path));
  const found = kinds('a/b/theirs');
  const link = found.indexOf('link');
  assert.ok(link >= 0);
  assert.ok(found.slice(link + 1).every((kind) => kind === undefined));
});

test('a path is sure only where nobody else can rename a directory on it', {
  skip: process.platform === 'win32',
}, () => {
  using tree = createTree();
  const below = join(tree.root, 'a', 'b');
  assert.ok(isOursAlone(below));
  for (const mode of [0o777, 0o770]) {
    chmodSync(join(tree.root, 'a'), mode);
    assert.ok(!isOursAlone(below));
  }
  chmodSync(join(tree.root, 'a'), 0o1777);
  assert.ok(isOursAlone(below));
  tree.swap((path) => symlinkSync('../away', path));
  assert.ok(!isOursAlone(below));
});

test('a directory of many names is read through its handle where its path is not sure', () => {
  using tree = createTree();
  for (let i = 0; i < 30; i++) writeFileSync(join(tree.root, 'a', 'b', `f${i}`), '');
  chmodSync(tree.root, 0o777);
  const disturb = () => tree.swap((path) => symlinkSync(tree.outside, path));
  const found = walked(tree.root, 'a/b/f0', disturb);
  assert.equal(found.filter((path) => path.startsWith('a/b/f')).length, 30);
});
