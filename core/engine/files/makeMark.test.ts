import assert from 'node:assert/strict';
import { cpSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../../test/support/temporaryFolder.ts';
import { fromNative } from './bytePath.ts';
import { makeMark, markName, readMark } from './makeMark.ts';

test('a mark stays as long as its directory, also under another name, and no copy has it', () => {
  using folder = temporaryFolder();
  const [one, other, copy] = ['one', 'other', 'copy'].map((name) => join(folder.path, name)) as [
    string,
    string,
    string,
  ];
  mkdirSync(one);
  assert.equal(readMark(fromNative(one)), undefined);
  const mark = makeMark(fromNative(one));
  writeFileSync(join(one, 'file'), '');
  assert.equal(makeMark(fromNative(one)), mark);
  renameSync(one, other);
  assert.equal(readMark(fromNative(other)), mark);
  cpSync(other, copy, { recursive: true, preserveTimestamps: true });
  assert.notEqual(readMark(fromNative(copy)), mark);
});

test('what is no file is none, and is replaced by one', () => {
  using folder = temporaryFolder();
  const path = fromNative(folder.path);
  mkdirSync(join(folder.path, markName, 'inside'), { recursive: true });
  assert.equal(readMark(path), undefined);
  assert.match(makeMark(path), /^\d+$/);
  rmSync(join(folder.path, markName));
  assert.equal(readMark(path), undefined);
});
