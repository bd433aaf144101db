import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ownPackages } from '../support/publishedPackages.ts';

/** Bytes of the tarball and of its files: what they were when this was last looked at, and a tenth. */
const bounds = JSON.parse(readFileSync(join(import.meta.dirname, 'packageBytes.json'), 'utf8')) as Readonly<
  Record<string, readonly [packed: number, unpacked: number]>
>;

interface Packed {
  readonly name: string;
  readonly size: number;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string }[];
}

const pack = (): readonly Packed[] => {
  const folders = ownPackages().map(({ folder }) => folder);
  const text = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts', ...folders], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: 2 ** 26,
  });
  return Object.values(JSON.parse(text) as readonly Packed[] | Readonly<Record<string, Packed>>);
};
const packages = pack();

/** Built code and types, and what a package is meant to bring along. */
const published: readonly RegExp[] = [
  /^dist\/(?:.*\.(?:js|script\.cjs|d\.ts)|LICENSES|dashboard\/page\.css|licenses\.json\.zst)$/,
  /^(?:package\.json|README\.md|LICENSE|kitfile\.schema\.json|docs\/[\w-]+\.md|skills\/kitwright\/SKILL\.md)$/,
  /^bin\/(?:kitwright\.js|keptScripts\.cjs|create-kitwright-plugin\.js)$/,
];

/** The templates of new plugins are sources, with their tests. */
const templates = /^(?:templates\/(?:README\.md$|(?:capabilities|common|javascript|typescript)\/)|dist\/javascript\/)/;

const isMeant = (name: string, path: string): boolean =>
  (name === 'create-kitwright-plugin' && templates.test(path)) ||
  (published.some((pattern) => pattern.test(path)) && !path.includes('.test.'));

test('every package has its bounds', () =>
  assert.deepEqual(Object.keys(bounds).sort(), packages.map(({ name }) => name).sort()));

for (const { name, size, unpackedSize, files: paths } of packages) {
  test(`${name} is as small as it was`, () => {
    const [packed = 0, unpacked = 0] = bounds[name] ?? [];
    assert.ok(size <= packed && unpackedSize <= unpacked, `${size} of ${packed}, ${unpackedSize} of ${unpacked} bytes`);
    assert.ok(size > packed / 2 && unpackedSize > unpacked / 2, `lower the bounds: ${size}, ${unpackedSize} bytes`);
  });

  test(`${name} publishes no tests, no sources and nothing else that is not meant`, () => {
    const files = paths.map(({ path }) => path);
    assert.ok(files.includes('package.json') && files.includes('README.md') && files.includes('LICENSE'));
    assert.deepEqual(
      files.filter((path) => !isMeant(name, path)),
      [],
    );
  });
}
