import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { type BytePath, fromNative } from '../../files/bytePath.ts';
import { openFileWindow, windowBytes } from './fileWindow.ts';

const content = randomBytes(3 * windowBytes + 1234);

const withFile = (run: (path: BytePath, other: BytePath) => void): void => {
  const folder = mkdtempSync(join(tmpdir(), 'kitwright-window-'));
  try {
    const [path, other] = [join(folder, 'a'), join(folder, 'b')];
    writeFileSync(path, content);
    writeFileSync(other, content.subarray(500));
    run(fromNative(path), fromNative(other));
  } finally {
    rmSync(folder, { recursive: true });
  }
};

test('every range is what the file holds, wherever the last one was', () =>
  withFile((path) => {
    using window = openFileWindow();
    const offsets = [0, 512, 5000, 70_000, 100, windowBytes - 1, 2 * windowBytes, 3, content.length - 512];
    for (const size of [1, 512, 4096, windowBytes])
      for (const offset of offsets.filter((start) => start + size <= content.length))
        assert.deepEqual(window.read(path, offset, size), content.subarray(offset, offset + size));
  }));

test('two files in turn are not confused', () =>
  withFile((path, other) => {
    using window = openFileWindow();
    for (let at = 0; at < 10_000; at += 700) {
      assert.deepEqual(window.read(path, at, 600), content.subarray(at, at + 600));
      assert.deepEqual(window.read(other, at, 600), content.subarray(at + 500, at + 1100));
    }
  }));

test('ranges of any length are read where they are wanted, between others', () =>
  withFile((path, other) => {
    using window = openFileWindow();
    const into = Buffer.alloc(2 * windowBytes);
    window.read(path, 0, 600);
    window.fill(other, 700, into);
    assert.deepEqual(into, content.subarray(1200, 1200 + into.length));
    assert.deepEqual(window.read(path, 100, 600), content.subarray(100, 700));
  }));

test('a file that is too short is refused', () =>
  withFile((path) => {
    using window = openFileWindow();
    assert.throws(() => window.fill(path, content.length - 10, Buffer.alloc(20)), { code: 'kit-malformed' });
    assert.throws(() => window.read(path, content.length - 10, 20), { code: 'kit-malformed' });
  }));

test('of a file that grows, nothing is taken that is not there yet', () =>
  withFile((path) => {
    const written = Buffer.alloc(content.length);
    writeFileSync(path, written);
    let there = 0;
    // As a download does: bytes are written when they are asked for, the rest of the file is a hole.
    using window = openFileWindow((end) => {
      const next = Math.min(content.length, end + 777);
      content.copy(written, there, there, next);
      writeFileSync(path, written);
      there = next;
      return there;
    });
    for (let at = 0; at + 4096 <= 400_000; at += 4096)
      assert.deepEqual(window.read(path, at, 4096), content.subarray(at, at + 4096));
  }));
