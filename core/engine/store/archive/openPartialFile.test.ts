import assert from 'node:assert/strict';
import { chmodSync, chownSync, linkSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../../../test/support/temporaryFolder.ts';
import { openPartialFile } from './openPartialFile.ts';

const skip = process.platform === 'win32' && 'modes say nothing there';
// Only root can give files away.
const needsRoot = process.getuid?.() === 0 ? false : 'needs root';

test('what a save left is opened again, and a new file is made', async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, 'kits.tar.partial');
  for (const expected of ['', 'begun']) {
    await using handle = await openPartialFile(path, `${path}.final`);
    assert.equal(await handle.readFile('utf8'), expected);
    writeFileSync(path, 'begun');
  }
});

test('no link, no folder and no second name of a file is written to', async () => {
  using folder = temporaryFolder();
  const at = (name: string) => join(folder.path, name);
  writeFileSync(at('mine'), 'mine');
  symlinkSync(at('mine'), at('link'));
  linkSync(at('mine'), at('second'));
  mkdirSync(at('folder'));
  for (const name of ['link', 'second', 'folder'])
    await assert.rejects(openPartialFile(at(name), at('final')), Error, name);
  assert.equal(readFileSync(at('mine'), 'utf8'), 'mine');
});

test('a file of another user, who could change the archive later, is not written to', { skip: needsRoot }, async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, 'kits.tar.partial');
  writeFileSync(path, '', { mode: 0o666 });
  chownSync(path, 12_345, 12_345);
  await assert.rejects(openPartialFile(path, `${path}.final`), { code: 'store-failed', message: /somebody else's/ });
  assert.equal(statSync(path).size, 0);
});

test('what replaces a private archive is private from the beginning', { skip }, async () => {
  using folder = temporaryFolder();
  const [path, final] = [join(folder.path, 'kits.tar.partial'), join(folder.path, 'kits.tar')];
  for (const mode of [0o600, 0o640]) {
    writeFileSync(final, '');
    chmodSync(final, mode);
    await using _handle = await openPartialFile(path, final);
    assert.equal(statSync(path).mode & 0o777, mode);
  }
});
