import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { TarEntry } from './tarHeader.ts';
import { blockSize, tarEnd, tarHeader } from './tarHeader.ts';
import { tarIndex } from './tarIndex.ts';

const roundTrip = (entry: TarEntry) => {
  const bytes = Buffer.concat([tarHeader(entry), tarEnd()]);
  const size = bytes.length + entry.size + blockSize;
  const readAt = (offset: number, length: number) => bytes.subarray(offset, offset + length);
  const next = tarIndex(readAt, size).next();
  return next.done ? undefined : next.value;
};

const names = fc
  .array(
    fc.string({ unit: fc.constantFrom('a', 'B', '1', '.', ' ', '\xe9', '\n', '\xff'), minLength: 1, maxLength: 120 }),
    { minLength: 1, maxLength: 6 },
  )
  .map((parts) => parts.join('/'))
  .filter((path) => !path.endsWith('/'));

test('whatever the name, its header reads back', () => {
  fc.assert(
    fc.property(names, fc.nat(0o7777), fc.boolean(), (path, mode, isFile) => {
      const entry: TarEntry = { path, type: isFile ? 'file' : 'directory', mode, size: 0 };
      const { offset: _, ...found } = roundTrip(entry) ?? assert.fail('no entry');
      assert.deepEqual(found, entry);
    }),
    { numRuns: 300 },
  );
});

for (const size of [0, 1, 8 * 1024 ** 3 - 1, 8 * 1024 ** 3, 9 * 1024 ** 4]) {
  test(`a file of ${size} bytes keeps its size`, () => {
    assert.equal(roundTrip({ path: 'x', type: 'file', mode: 0o644, size })?.size, size);
  });
}
