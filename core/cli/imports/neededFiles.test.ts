import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { neededFiles } from './neededFiles.ts';

const kitfileOf = (layers: readonly string[]) =>
  Buffer.from(JSON.stringify({ manifestVersion: '1.0.0', docs: layers.map((path) => ({ path })) }));

const needed = (files: readonly string[], layers: readonly string[]) =>
  neededFiles(
    files.map((path) => ({ path, size: 1 })),
    { bytes: kitfileOf(layers), shown: 'the Kitfile' },
    [],
  ).map(({ path }) => path);

const isBelow = (path: string, layer: string) => layer === '.' || path === layer || path.startsWith(`${layer}/`);

const paths = fc.uniqueArray(
  fc.array(fc.constantFrom('a', 'a-', 'a.b', 'b', 'ü'), { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/')),
);

test('the files in and below what a Kitfile names are needed, in their order', () => {
  fc.assert(
    fc.property(paths, fc.uniqueArray(fc.nat(99)), (files, chosen) => {
      const all = files.flatMap((path) => [path, path.slice(0, Math.max(0, path.lastIndexOf('/'))) || '.']);
      const layers = [...new Set(chosen.flatMap((i) => all[i] ?? []))];
      const expected = files.filter((path) => layers.some((layer) => isBelow(path, layer)));
      assert.deepEqual(needed(files, layers), expected);
    }),
  );
});

for (const [files, layer] of [
  [['a-', 'a/b/c', 'bb'], 'a/c'],
  [['bb'], 'b'],
  [['a-', 'a.b'], 'a'],
  [[], '.'],
] as const)
  test(`${layer} is not in ${JSON.stringify(files)}`, () => {
    assert.throws(() => needed(files, [layer]), { code: 'layer-path-missing' });
  });

test('a long list of files and a long Kitfile take no long time', { timeout: 60_000 }, () => {
  const files = Array.from({ length: 100_000 }, (_, i) => `folder/${i}`);
  assert.equal(needed(files, files).length, files.length);
});
