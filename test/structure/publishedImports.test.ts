import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { ownPackages, type PublishedPackage } from '../support/publishedPackages.ts';

/** A name, and the file of the package that imports it. */
type Need = readonly [file: string, name: string];

for (const each of ownPackages()) {
  test(`the code of ${each.name} imports only packages that are installed with it`, () => {
    const files = globSync(['bin/**/*.{js,cjs}', 'dist/**/*.{js,cjs}'], {
      cwd: each.folder,
      exclude: ['dist/javascript/**'],
    });
    assert.ok(files.length > 0);
    const needed = files.flatMap((file) => namesIn(join(each.folder, file)).map((name): Need => [file, name]));
    assert.deepEqual(strayOf(each, needed, optional), []);
  });

  test(`the types of ${each.name} import only packages that are installed with it`, () => {
    assert.deepEqual(strayOf(each, neededByTypes(each)), []);
  });
}

/** cosmiconfig would load config files in TypeScript with it; ours are loaded by Node. */
const optional = ['typescript'];

function strayOf({ manifest }: PublishedPackage, needed: readonly Need[], spared: readonly string[] = []) {
  const known = [manifest.name, ...Object.keys(manifest.dependencies ?? {}), ...spared];
  return needed.filter(
    ([, name]) => !/^[.#]/.test(name) && !isBuiltin(name) && !known.some((own) => `${name}/`.startsWith(`${own}/`)),
  );
}

const specifier = /(?:\bfrom\s*|\bimport\s*\(?\s*|\brequire\s*\(\s*)(["'])([@\w.#][^"'\s]*)\1/g;

function namesIn(file: string): readonly string[] {
  return [...readFileSync(file, 'utf8').matchAll(specifier)].flatMap(([, , name]) => name ?? []);
}

/** Declarations are followed from the files in `exports`: no user sees the others. */
function neededByTypes({ folder, manifest }: PublishedPackage): readonly Need[] {
  const targets = Object.values(manifest.exports ?? {});
  const types = targets.flatMap((target) => (typeof target === 'string' ? [] : (target['types'] ?? [])));
  const [files, needed] = [new Set(types.map((path) => join(folder, path))), [] as Need[]];
  for (const file of files)
    for (const name of namesIn(file))
      if (name.startsWith('.')) files.add(join(file, '..', name.replace(/(?:\.d)?\.[jt]s$/, '.d.ts')));
      else needed.push([file.slice(folder.length + 1), name]);
  return needed;
}
