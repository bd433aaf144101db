import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findLargeEntries } from './findLargeEntries.ts';
import { paddingOf, tarEnd, tarHeader } from './tarHeader.ts';

const MiB = 1024 * 1024;

const file = (path: string, size: number): Buffer =>
  Buffer.concat([tarHeader({ path, type: 'file', mode: 0o644, size }), Buffer.alloc(size + paddingOf(size))]);

const finderOf = (tar: Buffer) => {
  const found: (readonly [start: number, end: number])[] = [];
  const readAt = (offset: number, length: number) => tar.subarray(offset, offset + length);
  const entries = findLargeEntries(readAt, tar.length, (start, end) => found.push([start, end]));
  return { ...entries, found };
};

test('a large file is found with its header, and not a byte of it is given out before', () => {
  const tar = Buffer.concat([file('a', 10), file('b', 5 * MiB), file('c', 6 * MiB), tarEnd()]);
  const finder = finderOf(tar);
  assert.equal(finder.look(511), 0);
  assert.equal(finder.look(1024 + 511), 1024);
  assert.deepEqual(finder.found, []);
  assert.equal(finder.look(1024 + 512), 1024 + 512);
  assert.deepEqual(finder.found, [[1536, 1536 + 5 * MiB]]);
  assert.equal(finder.look(tar.length), tar.length);
  assert.deepEqual(finder.found[1], [2048 + 5 * MiB, 2048 + 11 * MiB]);
});

test('a name that needs a header of its own is waited for', () => {
  const tar = Buffer.concat([file('é'.repeat(150), 5 * MiB), tarEnd()]);
  const finder = finderOf(tar);
  assert.equal(finder.look(600), 512);
  assert.equal(finder.look(2 * MiB), 2 * MiB);
  assert.deepEqual(finder.found, [[1536, 1536 + 5 * MiB]]);
});

test('after many small files none is looked for', () => {
  const tar = Buffer.concat([...Array.from({ length: 300 }, (_, i) => file(`${i}`, 1)), file('b', 5 * MiB), tarEnd()]);
  const finder = finderOf(tar);
  assert.equal(finder.look(4 * MiB), 4 * MiB);
  assert.deepEqual(finder.found, []);
});

test('what is no tar, or is not whole, has no large files and is given out as it is', () => {
  for (const bytes of [Buffer.alloc(8 * MiB, 'x'), file('a', 9 * MiB).subarray(0, 8 * MiB)]) {
    const finder = finderOf(bytes);
    assert.equal(finder.look(8 * MiB), 8 * MiB);
    assert.deepEqual(finder.found, []);
  }
});

test('once it is stopped nothing more is found', () => {
  const finder = finderOf(Buffer.concat([file('b', 5 * MiB), tarEnd()]));
  finder.stop();
  assert.equal(finder.look(4096), 4096);
  assert.deepEqual(finder.found, []);
});
