import assert from 'node:assert/strict';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../../test/support/temporaryFolder.ts';
import { createFileMemo } from './createFileMemo.ts';
import { nowNs } from './fingerprint.ts';

/** As if a file that is written now had not changed for a minute. */
const later = () => nowNs() + 60_000_000_000n;

function counted(path: string) {
  let count = 0;
  const memo = createFileMemo(path, () => {
    count++;
    return readFileSync(path, 'utf8');
  });
  return { memo, count: () => count };
}

test('a file that stays as it is is read once, and again when it has changed', () => {
  using folder = temporaryFolder();
  const path = join(folder.path, 'file');
  writeFileSync(path, 'one');
  const { memo, count } = counted(path);
  assert.deepEqual([memo(later()), memo(later()), count()], ['one', 'one', 1]);
  writeFileSync(path, 'three');
  assert.deepEqual([memo(later()), count()], ['three', 2]);
});

test('what has just been written, and what a link leads to, is read each time', () => {
  using folder = temporaryFolder();
  const [path, link] = [join(folder.path, 'file'), join(folder.path, 'link')];
  writeFileSync(path, 'one');
  symlinkSync(path, link);
  const [fresh, linked] = [counted(path), counted(link)];
  for (let i = 0; i < 2; i++) {
    fresh.memo();
    linked.memo(later());
  }
  assert.deepEqual([fresh.count(), linked.count()], [2, 2]);
});
