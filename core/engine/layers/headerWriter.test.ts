import assert from 'node:assert/strict';
import { isAscii } from 'node:buffer';
import { test } from 'node:test';
import { headerSize, type StatEntry, writeHeader } from './headerWriter.ts';
import { tarHeader } from './tarHeader.ts';

const [file, directory] = [0o100000, 0o040000];

const paths = [
  'a',
  'a/b.bin',
  'd/12/345.bin',
  'x'.repeat(99),
  'x'.repeat(100),
  'x'.repeat(101),
  `${'y'.repeat(80)}/${'z'.repeat(60)}`,
  `${'y'.repeat(200)}/${'z'.repeat(60)}`,
  'z'.repeat(300),
  'caf\xc3\xa9',
  'not \xff utf-8',
  'tab\there',
];

const sizes = [0, 1, 511, 512, 4096, 256 * 1024, 0o77777777777, 0o77777777777 + 1, 2 ** 45];

const modes = [0o644, 0o600, 0o755, 0o7777, 0];

test('a written header has the bytes of tarHeader, and the announced length', () => {
  for (const path of paths)
    for (const size of sizes) for (const permissions of modes) assertSame({ path, mode: file | permissions, size });
  for (const path of paths)
    for (const permissions of modes) assertSame({ path, mode: directory | permissions, size: 0 });
});

test('what was in the buffer before does not show', () => {
  const into = Buffer.alloc(2048, 0xff);
  writeHeader({ path: 'a', mode: file | 0o644, size: 7 }, into, 512);
  assert.deepEqual(into.subarray(512, 1024), tarHeader({ path: 'a', type: 'file', mode: 0o644, size: 7 }));
  assert.equal(into[511], 0xff);
  assert.equal(into[1024], 0xff);
});

function assertSame(entry: StatEntry): void {
  const type = (entry.mode & 0o170000) === directory ? 'directory' : 'file';
  const wanted = tarHeader({ path: entry.path, type, mode: entry.mode & 0o7777, size: entry.size });
  const into = Buffer.alloc(wanted.byteLength + 16);
  assert.equal(writeHeader(entry, into, 8), wanted.byteLength);
  assert.equal(headerSize(entry), wanted.byteLength);
  if (isAscii(Buffer.from(entry.path, 'latin1'))) assert.equal(headerSize(entry, true), wanted.byteLength);
  assert.deepEqual(into.subarray(8, 8 + wanted.byteLength), wanted, JSON.stringify(entry));
}
