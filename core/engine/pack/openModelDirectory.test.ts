import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../../test/support/temporaryFolder.ts';
import { createPool } from '../layers/createPool.ts';
import { type ModelDirectory, openModelDirectory } from './openModelDirectory.ts';

/** A folder with these files below `model`, and that directory, open. */
function open(files: Readonly<Record<string, string>>) {
  const folder = temporaryFolder();
  const path = join(folder.path, 'model');
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), text);
  }
  const pool = createPool({ threads: 1 });
  const model = openModelDirectory({ pool }, path, new AbortController().signal);
  return {
    path,
    model,
    [Symbol.asyncDispose]: async () => {
      model[Symbol.dispose]();
      await pool.close();
      folder[Symbol.dispose]();
    },
  };
}

const listed = (model: ModelDirectory, followsLinks = false, ignored: readonly string[] = []) =>
  model.list({ ignored, followsLinks }).map(({ path, type }) => `${type} ${path}`);
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

test('files are listed in order of their bytes, without directories and what is ignored', async () => {
  await using desk = open({
    'a/b': '',
    'a-b': '',
    'a.d/c': '',
    ü: '',
    'z/.git/x': '',
    '.git/x': '',
    'logs/a': '',
    logs2: '',
  });
  assert.deepEqual(listed(desk.model, false, ['.git', 'logs']), [
    'file a/b',
    'file a-b',
    'file a.d/c',
    'file logs2',
    'file z/.git/x',
    'file ü',
  ]);
});

test('slices are hashed in the order in which they are asked for', async () => {
  const large = 'x'.repeat(3_000_000);
  await using desk = open({ a: '0123456789', b: '', large });
  desk.model.list({ ignored: [], followsLinks: false });
  const slices = [
    { path: 'large', offset: 0, size: large.length },
    { path: 'a', offset: 0, size: 10 },
    { path: 'a', offset: 4, size: 3 },
    { path: 'b', offset: 0, size: 0 },
  ];
  assert.deepEqual(await desk.model.hash(slices), [large, '0123456789', '456', ''].map(sha256));
});

test('links are links, or files within the directory; none leads out of it', {
  skip: process.platform === 'win32',
}, async () => {
  await using desk = open({ 'a/file': 'inside', '../secret': 'outside' });
  symlinkSync('a/file', join(desk.path, 'good'));
  symlinkSync('a', join(desk.path, 'directory'));
  symlinkSync('../secret', join(desk.path, 'out'));
  symlinkSync('nowhere', join(desk.path, 'nowhere'));
  symlinkSync('out', join(desk.path, 'twice'));
  const links = ['directory', 'good', 'nowhere', 'out', 'twice'];
  assert.deepEqual(listed(desk.model), ['file a/file', ...links.map((name) => `link ${name}`)]);
  assert.deepEqual(listed(desk.model, true), ['file a/file', 'file good', 'link nowhere', 'link out', 'link twice']);
  assert.deepEqual(await desk.model.hash([{ path: 'good', offset: 0, size: 6 }]), [sha256('inside')]);
});

test('a file that another one replaced is not hashed', { skip: process.platform === 'win32' }, async () => {
  await using desk = open({ a: 'one', 'd/b': 'two', 'other/b': 'too' });
  desk.model.list({ ignored: [], followsLinks: false });
  renameSync(join(desk.path, 'd'), join(desk.path, 'gone'));
  symlinkSync('other', join(desk.path, 'd'));
  await assert.rejects(desk.model.hash([{ path: 'd/b', offset: 0, size: 3 }]), { code: 'content-changed' });
});

test('a directory that another one replaced is not listed', { skip: process.platform === 'win32' }, async () => {
  await using desk = open({ a: 'one' });
  renameSync(desk.path, `${desk.path}.gone`);
  mkdirSync(desk.path);
  assert.throws(() => listed(desk.model), { code: 'content-changed' });
});
