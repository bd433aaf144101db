import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFileList } from './createFileList.ts';

const built = 1_000n;

/** What is told while so many files are added, the one at `changed` newer than the last build. */
const toldOf = (count: number, changed: number, builtAt: bigint | undefined, size = 1): readonly string[] => {
  const told: string[] = [];
  let added = 0;
  const list = createFileList(
    (threads) => void told.push(`${threads} at ${added}`),
    () => builtAt,
  );
  for (; added < count; added++) {
    const ctimeNs = added === changed ? built : built - 1n;
    list.add({
      path: `f${added}`,
      type: 'file',
      fingerprint: { dev: 1n, ino: 1n, size, mtimeNs: 0n, ctimeNs, mode: 0o100644 },
    });
  }
  return told;
};

test('threads are asked for when there are many files, if the layer is new', () => {
  assert.deepEqual(toldOf(3999, 0, undefined), []);
  assert.deepEqual(toldOf(20_000, 0, undefined), ['one at 3999', 'all at 19999']);
});

test('of a layer that was built before they are asked for only when a file is newer', () => {
  assert.deepEqual(toldOf(20_000, -1, built), []);
  assert.deepEqual(toldOf(20_000, 10, built), ['one at 3999', 'all at 19999']);
  assert.deepEqual(toldOf(21_000, 20_500, built), ['all at 20500']);
});

test('few large files ask for the own thread, more of them for one, if they are new', () => {
  const MiB = 1024 * 1024;
  assert.deepEqual(toldOf(3, 0, undefined, 4 * MiB), []);
  assert.deepEqual(toldOf(5, 0, undefined, 4 * MiB), ['own at 3']);
  assert.deepEqual(toldOf(65, 0, undefined, 4 * MiB), ['own at 3', 'one at 64']);
  assert.deepEqual(toldOf(1, -1, built, 64 * MiB), []);
  assert.deepEqual(toldOf(1, 0, built, 64 * MiB), ['own at 0']);
});
