import assert from 'node:assert/strict';
import { globSync, lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { installedCli } from '../support/installedCli.ts';
import { ownPackages, publishedPackages } from '../support/publishedPackages.ts';
import { projectRoot } from '../support/trackedFiles.ts';

const own = new Set(ownPackages().map(({ name }) => name));

/** The names in the rows of the two tables of core/README.md. */
const [installed = [], bundled = []] = readFileSync(join(projectRoot, 'core', 'README.md'), 'utf8')
  .split(/^\| (?:installed|bundled) \|.*$/m)
  .slice(1)
  .map((table) => [...table.matchAll(/^\| `([^`]+)` \|/gm)].flatMap(([, name]) => name ?? []).sort());

test('each installed third-party package has its reason', () => {
  const platform = /^@napi-rs\/nice-/;
  const found = publishedPackages().flatMap(({ name }) => (own.has(name) || platform.test(name) ? [] : [name]));
  assert.deepEqual(installed, found.sort());
});

test('each bundled package has its reason', () => {
  const found = ownPackages().flatMap(({ manifest }) => Object.keys(manifest.devDependencies ?? {}));
  assert.deepEqual(bundled, [...new Set(found)].sort());
});

test('a user installs at most 15 MB and 40 packages', async () => {
  const folder = join(await installedCli(), '..', '..', '..');
  const files = globSync('**/*', { cwd: folder });
  const packages = files.filter(
    (path) =>
      /(?:^|\/)node_modules\/(?:@[^/]+\/)?[^/]+$/.test(`node_modules/${path}`) &&
      files.includes(join(path, 'package.json')),
  );
  // Size on disk: whole blocks.
  const bytes = files.reduce((sum, path) => sum + lstatSync(join(folder, path)).blocks * 512, 0);
  assert.ok(packages.length > 5 && packages.length <= 40, `${packages.length} packages`);
  assert.ok(bytes > 1e6 && bytes <= 15e6, `${bytes} bytes`);
});
