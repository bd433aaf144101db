import assert from 'node:assert/strict';
import { test } from 'node:test';
import { imageTar } from '../imageTar.ts';
import { createImageNames } from './createImageNames.ts';

const deep = 'a/'.repeat(2000);
const named = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ path: `${deep}${i}`, type: 'file', mode: 0o644 }) as const);

test('names that lead through many directories are looked at once', { timeout: 30_000 }, () => {
  createImageNames().layer(named(2000));
  imageTar(named(2000).map((entry) => ({ ...entry, content: [] })));
});

test('names that each lead through directories of their own are refused', { timeout: 30_000 }, () => {
  const entries = named(1000).map((entry, i) => ({ ...entry, path: `${i}/${entry.path}` }));
  assert.throws(() => createImageNames().layer(entries), { code: 'kit-malformed' });
});

test('a file takes no place of a directory, nor a directory that of a file', () => {
  const layer = (...paths: readonly string[]) =>
    createImageNames().layer(paths.map((path) => ({ path, type: 'file', mode: 0o644 })));
  assert.throws(() => layer('a/b/c', 'a/b'), { code: 'image-refused' });
  assert.throws(() => layer('a', 'a/b/c'), { code: 'image-refused' });
  layer('a/b/c', 'a/b/d', 'a/e');
});
