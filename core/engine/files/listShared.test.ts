import assert from 'node:assert/strict';
import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../../test/support/temporaryFolder.ts';
import { fromNative } from './bytePath.ts';
import { listShared, shareList, stopList } from './listShared.ts';
import { directoryOf, listedIn } from './statTree.ts';
import { listDirectory } from './walk.ts';

/** A folder with the directories a, b and c, shared. */
const createShared = () => {
  const folder = temporaryFolder();
  const root = fromNative(folder.path);
  for (const name of ['a', 'b', 'c']) {
    mkdirSync(join(folder.path, name));
    writeFileSync(join(folder.path, name, `in ${name}`), '');
  }
  const seen = [...listDirectory(root)].map(({ name, fingerprint }) => ({
    path: `${root}/${name}`,
    seen: fingerprint,
  }));
  return { root, shared: shareList(seen), [Symbol.dispose]: () => folder[Symbol.dispose]() };
};

test('each directory is listed by one of those who share a list', () => {
  using made = createShared();
  const [some, others] = [listShared(made.shared), listShared(made.shared)];
  const [first, second, third] = [some.next().value, others.next().value, some.next().value];
  const trees = [first, second, third].map(
    (tree) => tree && [directoryOf(tree), listedIn(tree).map(({ name }) => name)],
  );
  assert.deepEqual(
    trees,
    ['a', 'b', 'c'].map((name) => [`${made.root}/${name}`, [`in ${name}`]]),
  );
  assert.ok(others.next().done && some.next().done);
});

test('after a stop nobody takes another one', () => {
  using made = createShared();
  const taking = listShared(made.shared);
  taking.next();
  stopList(made.shared);
  assert.ok(taking.next().done);
});

test('a link that took the place of a shared directory is not followed', () => {
  using made = createShared();
  renameSync(`${made.root}/a`, `${made.root}/away`);
  symlinkSync('b', `${made.root}/a`);
  assert.throws(() => listShared(made.shared).next(), { code: 'content-changed' });
});
