import assert from 'node:assert/strict';
import { existsSync, statSync } from 'node:fs';
import { test } from 'node:test';
import { readPlainFile } from './readPlainFile.ts';
import { readUnlinked } from './readUnlinked.ts';

/** Megabytes that say that they are none, as files without an end do too (/proc/self/pagemap), and those that grow. */
const growing = '/proc/kallsyms';

const skip = !existsSync(growing) && 'this system has no such file';

test('a file of which more comes than it said is read up to the limit', { skip }, () => {
  assert.equal(statSync(growing).size, 0);
  assert.throws(() => readPlainFile(growing, 1000), { code: 'file-unreadable' });
  assert.equal(readUnlinked(growing, 1000), undefined);
});

test('a file may have as many bytes as the limit says', () => {
  const { filename } = import.meta;
  const { size } = statSync(filename);
  assert.equal(readPlainFile(filename, size).byteLength, size);
  assert.equal(readUnlinked(filename, size)?.byteLength, size);
  assert.throws(() => readPlainFile(filename, size - 1), { code: 'file-unreadable' });
});
