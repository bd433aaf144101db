import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readZipDirectory } from './readZipDirectory.ts';

/** An archive with one empty stored file, as bytes. */
const archive = (name: string): Buffer => {
  const local = Buffer.alloc(30 + name.length);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(name.length, 26);
  local.write(name, 30);
  const entry = Buffer.alloc(46 + name.length);
  entry.writeUInt32LE(0x02014b50, 0);
  entry.writeUInt16LE(name.length, 28);
  entry.write(name, 46);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(entry.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, entry, end]);
};

const read = (bytes: Buffer) =>
  readZipDirectory(bytes.length, (offset, length) => bytes.subarray(offset, offset + length));

const namesIn = (bytes: Buffer) => read(bytes)?.entries.map(({ name }) => name);

test('the names of an archive', () => assert.deepEqual(namesIn(archive('manifest.json')), ['manifest.json']));

test('an archive that is cut anywhere is none', () => {
  const bytes = archive('x');
  for (let length = 0; length < bytes.length; length++) assert.equal(read(bytes.subarray(0, length)), undefined);
});

test('an archive is found behind a program and before other bytes', () => {
  const program = Buffer.from('#!/usr/bin/env python3\n');
  const directory = read(Buffer.concat([program, archive('x'), Buffer.from('\n')]));
  assert.deepEqual([directory?.before, directory?.after], [program.length, 1]);
  assert.deepEqual(directory?.entries, [{ name: 'x', offset: program.length, compressedSize: 0 }]);
  assert.equal(read(Buffer.concat([archive('x'), Buffer.alloc(70_000)])), undefined);
});

test('the last of two archives counts', () => {
  assert.deepEqual(namesIn(Buffer.concat([archive('first'.repeat(9)), archive('outer')])), ['outer']);
});

test('a directory that lies about its size is found where its offset says', () => {
  const bytes = archive('x');
  bytes.writeUInt32LE(bytes.readUInt32LE(bytes.length - 10) - 3, bytes.length - 10);
  assert.deepEqual(namesIn(bytes), ['x']);
});

test('a directory that lies about its number, its offset or its comment is none', () => {
  for (const field of [12, 6, 2]) {
    const bytes = archive('x');
    bytes.writeUInt16LE(40_000, bytes.length - field);
    assert.equal(read(bytes), undefined);
  }
});
