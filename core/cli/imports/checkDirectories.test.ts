import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkDirectories } from './checkDirectories.ts';

const files = (count: number, pathOf: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => ({ path: pathOf(i) }));

test('files in some directories each, or in one that is deep, are let through', () => {
  checkDirectories([]);
  checkDirectories(files(20_000, (i) => `${i}/a/b/c/f`));
  checkDirectories(files(20_000, (i) => `${'a/'.repeat(1000)}${i}`));
});

test('files that lead through a thousand directories each are refused', () => {
  const deep = files(200, (i) => `${i}/${'a/'.repeat(1000)}f`);
  assert.throws(() => checkDirectories(deep), { code: 'remote-refused', data: { directories: 200_200 } });
});
