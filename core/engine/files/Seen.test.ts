import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../../test/support/temporaryFolder.ts';
import { fromNative } from './bytePath.ts';
import { createSeen } from './Seen.ts';
import { listFrom, statTreeOf } from './statTree.ts';
import { listDirectory } from './walk.ts';

test('names, stat data and text are those of the scan: new files are missing, changed files have no text', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kitwright-seen-'));
  try {
    const at = (name: string) => fromNative(join(folder, name));
    mkdirSync(join(folder, 'inner'));
    for (const name of ['same', 'changed', 'gone']) writeFileSync(join(folder, name), name);
    const tree = statTreeOf(fromNative(folder), [...listDirectory(fromNative(folder))]);
    const known = listFrom([tree]);
    const seen = createSeen((directory) => known(directory) ?? listDirectory(directory));
    writeFileSync(join(folder, 'changed'), 'another text');
    writeFileSync(join(folder, 'new'), 'new');
    rmSync(join(folder, 'gone'));
    assert.deepEqual(seen.names(fromNative(folder)), ['changed', 'gone', 'inner', 'same']);
    assert.equal(seen.fingerprint(at('same'))?.size, 4);
    assert.equal(seen.fingerprint(at('new')), undefined);
    assert.deepEqual(
      ['same', 'changed', 'gone', 'new', 'inner'].map((name) => seen.text(at(name))),
      ['same', undefined, undefined, undefined, undefined],
    );
    assert.equal(seen.names(at('nowhere')), undefined);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('no text is read through a link', { skip: process.platform === 'win32' }, () => {
  using folder = temporaryFolder();
  writeFileSync(join(folder.path, 'text'), 'text');
  symlinkSync('text', join(folder.path, 'link'));
  const seen = createSeen(listDirectory);
  assert.equal(seen.text(fromNative(join(folder.path, 'text'))), 'text');
  assert.equal(seen.text(fromNative(join(folder.path, 'link'))), undefined);
});
