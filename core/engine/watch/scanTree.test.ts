import assert from 'node:assert/strict';
import {
  chmodSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../../test/support/temporaryFolder.ts';
import { fromNative } from '../files/bytePath.ts';
import { listFrom } from '../files/statTree.ts';
import { listAlone, type ScannedTree, scanTree, type TreeRequest } from './scanTree.ts';

const requestOf = (directory: string): TreeRequest => ({
  directory,
  paths: ['m'],
  files: [join(directory, 'Kitfile'), join(directory, '.kitignore')],
  storeRoot: join(directory, 'm/store'),
  known: undefined,
});

const inTree = async (
  check: (directory: string, sign: () => Promise<string | undefined>) => void | Promise<void>,
): Promise<void> => {
  const directory = mkdtempSync(join(tmpdir(), 'kitwright-signature-'));
  const put = (name: string, text: string) => {
    mkdirSync(join(directory, name, '..'), { recursive: true });
    writeFileSync(join(directory, name), text);
  };
  for (const name of ['m/a', 'm/b', 'm/skipped/x', 'other/o', 'Kitfile']) put(name, name);
  put('.kitignore', 'm/skipped\n');
  const sign = async () => (await scanTree(requestOf(directory))).signature;
  try {
    await check(directory, sign);
  } finally {
    rmSync(directory, { recursive: true });
  }
};

const changes: Readonly<Record<string, (directory: string) => void>> = {
  'a write': (at) => writeFileSync(join(at, 'm/a'), 'longer than before'),
  'a write of the same size with the time it had': (at) => {
    const { atime, mtime } = statSync(join(at, 'm/a'));
    writeFileSync(join(at, 'm/a'), 'M/A');
    utimesSync(join(at, 'm/a'), atime, mtime);
  },
  'a new file': (at) => writeFileSync(join(at, 'm/c'), ''),
  'a rename': (at) => renameSync(join(at, 'm/a'), join(at, 'm/z')),
  'a file that goes': (at) => rmSync(join(at, 'm/b')),
  'a mode': (at) => chmodSync(join(at, 'm/a'), 0o700),
  'a hard link': (at) => linkSync(join(at, 'm/a'), join(at, 'm/l')),
  'a layer that goes': (at) => rmSync(join(at, 'm'), { recursive: true }),
  'another Kitfile': (at) => writeFileSync(join(at, 'Kitfile'), 'x'),
  'other rules': (at) => writeFileSync(join(at, '.kitignore'), 'm/b'),
};

for (const [what, change] of Object.entries(changes)) {
  test(`${what} changes the signature`, () =>
    inTree(async (directory, sign) => {
      const before = await sign();
      assert.equal(typeof before, 'string');
      assert.equal(await sign(), before);
      change(directory);
      assert.notEqual(await sign(), before);
    }));
}

test('ignored files, the store, and files in no layer do not change the signature', () =>
  inTree(async (directory, sign) => {
    mkdirSync(join(directory, 'm/store'));
    const before = await sign();
    for (const name of ['m/skipped/y', 'm/store/object', 'other/p']) writeFileSync(join(directory, name), 'new');
    assert.equal(await sign(), before);
  }));

test('a tree with a link, and rules that cannot be read, have no signature', () =>
  inTree(async (directory, sign) => {
    symlinkSync('a', join(directory, 'm/link'));
    assert.equal(await sign(), undefined);
    rmSync(join(directory, 'm/link'));
    writeFileSync(join(directory, '.kitignore'), '[');
    assert.equal(await sign(), undefined);
  }));

/** The names that a scan found in a directory; undefined if it did not read it. */
const namesIn = ({ trees }: ScannedTree, directory: string): readonly string[] | undefined => {
  assert.ok(trees);
  return listFrom(trees)(fromNative(directory))?.map(({ name }) => name);
};

test('a scan reads the directories that a plan enters, and follows no link', () =>
  inTree(async (directory) => {
    mkdirSync(join(directory, 'm/store'));
    symlinkSync('../other', join(directory, 'm/link'));
    const found = await scanTree(requestOf(directory));
    assert.deepEqual(namesIn(found, join(directory, 'm')), ['a', 'b', 'link']);
    for (const name of ['m/skipped', 'm/store', 'm/link', 'other'])
      assert.equal(namesIn(found, join(directory, name)), undefined);
  }));

test('a layer outside, a layer that is a file and a missing layer give no directory', () =>
  inTree(async (directory) => {
    const found = await scanTree({ ...requestOf(directory), paths: ['..', '../x', 'm/a', 'gone'] });
    assert.deepEqual(found.trees, []);
  }));

test('a scan may pause after each directory', () =>
  inTree(async (directory) => {
    mkdirSync(join(directory, 'm/more/inner'), { recursive: true });
    let pauses = 0;
    await scanTree(
      requestOf(directory),
      listAlone(() => pauses++),
    );
    assert.equal(pauses, 3);
  }));

test('a scan reads no directory through a link that came between two directories', async () => {
  using folder = temporaryFolder();
  const [directory, outside] = [join(folder.path, 'in'), join(folder.path, 'outside')];
  mkdirSync(join(directory, 'm', 'sub'), { recursive: true });
  mkdirSync(outside);
  writeFileSync(join(outside, 'theirs'), '');
  const swap = () => {
    renameSync(join(directory, 'm', 'sub'), join(folder.path, 'away'));
    symlinkSync(outside, join(directory, 'm', 'sub'));
  };
  let pauses = 0;
  const list = listAlone(() => pauses++ === 0 && swap());
  assert.deepEqual(
    { ...(await scanTree(requestOf(directory), list)), elapsed: 0 },
    {
      signature: undefined,
      trees: undefined,
      top: undefined,
      elapsed: 0,
    },
  );
});
