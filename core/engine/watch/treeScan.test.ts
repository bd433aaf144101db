import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../../test/support/temporaryFolder.ts';
import { fromNative } from '../files/bytePath.ts';
import { listFrom } from '../files/statTree.ts';
import { listDirectory } from '../files/walk.ts';
import { scanTree, type TreeRequest } from './scanTree.ts';
import { createTreeScan } from './treeScan.ts';

/** A layer `m` of some directories. */
const createTree = () => {
  const folder = temporaryFolder();
  const directory = folder.path;
  const directories = Array.from({ length: 40 }, (_, n) => join(directory, 'm', `d${n}`));
  for (const path of directories) {
    mkdirSync(join(path, 'inner'), { recursive: true });
    for (let n = 0; n < 20; n++) writeFileSync(join(path, `f${n}`), `${n}`);
  }
  const request: TreeRequest = {
    directory,
    paths: ['m'],
    files: [join(directory, '.kitignore')],
    storeRoot: join(directory, 'm/store'),
    known: undefined,
  };
  return { request, directories, [Symbol.dispose]: () => folder[Symbol.dispose]() };
};

test('two threads find what one finds, hurried or not, and return no known tree', async () => {
  using tree = createTree();
  await using treeScan = createTreeScan();
  const { signature } = await scanTree(tree.request);
  assert.ok(signature);
  for (const gently of [false, true, false]) {
    const scanning = treeScan.scan(tree.request, gently);
    treeScan.hurry();
    const { signature: found, trees } = await scanning;
    assert.equal(found, signature);
    const list = listFrom(trees ?? []);
    for (const path of [...tree.directories, join(tree.directories[0] ?? '', 'inner')].map(fromNative))
      assert.deepEqual(list(path), [...listDirectory(path)]);
  }
  const again = await treeScan.scan({ ...tree.request, known: signature }, false);
  assert.deepEqual([again.signature, again.trees], [signature, undefined]);
});

test('scans at the same time do not mix', async () => {
  using one = createTree();
  using other = createTree();
  await using treeScan = createTreeScan();
  const found = await Promise.all([one, other].map(({ request }) => treeScan.scan(request, false)));
  for (const [at, { request }] of [one, other].entries())
    assert.equal(found[at]?.signature, (await scanTree(request)).signature);
});

test('what a thread cannot read is unknown', async () => {
  using tree = createTree();
  await using treeScan = createTreeScan();
  writeFileSync(join(tree.request.directory, '.kitignore'), '[');
  const { signature, trees } = await treeScan.scan(tree.request, false);
  assert.deepEqual([signature, trees], [undefined, undefined]);
});
