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

test('the names of an archive', () =>
  assert.deepEqual(
    read(archive('manifest.json'))?.map(({ name }) => name),
    ['manifest.json'],
  ));

test('an archive that is cut anywhere is none', () => {
  const bytes = archive('x');
  for (let length = 0; length < bytes.length; length++) assert.equal(read(bytes.subarray(0, length)), undefined);
});
