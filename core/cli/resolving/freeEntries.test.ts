import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fromNative, makeDirectory } from '@kitwright/core/internal';
import { temporaryFolder } from '../../../test/support/temporaryFolder.ts';
import { freeEntries } from './freeEntries.ts';
import { sealTree } from './sealTree.ts';

const nameOf = (sign: string) => `sha256-${sign.repeat(64)}`;

test('what lies too deep to be named at its place is removed too', () => {
  using folder = temporaryFolder();
  const files = join(folder.path, `.partial-${nameOf('a')}`, 'kit');
  mkdirSync(files, { recursive: true });
  // As long as a name in a kit may be.
  makeDirectory(fromNative(files), 'a/'.repeat(2047).slice(0, -1))[Symbol.dispose]();
  freeEntries(folder.path);
  assert.deepEqual(readdirSync(folder.path), []);
});

test('sealed entries that nobody uses are removed, with the number of their files', async () => {
  using folder = temporaryFolder();
  const files = join(folder.path, nameOf('b'), 'kit');
  mkdirSync(join(files, 'd'), { recursive: true });
  for (const name of ['one', 'd/two', 'd/three']) writeFileSync(join(files, name), name);
  const sealed = await sealTree(files);
  assert.deepEqual(
    sealed.map(({ path }) => path),
    ['d/three', 'd/two', 'one'],
  );
  assert.equal(freeEntries(folder.path).files, 3);
  assert.deepEqual(readdirSync(folder.path), []);
});
