import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ownPackages, publishedPackages } from '../support/publishedPackages.ts';
import { projectRoot } from '../support/trackedFiles.ts';

const own = new Set(ownPackages().map(({ name }) => name));

/** The names in the rows of the two tables of core/README.md. */
const [installed = [], bundled = []] = readFileSync(join(projectRoot, 'core', 'README.md'), 'utf8')
  .split(/^\| (?:installed|bundled) \|.*$/m)
  .slice(1)
  .map((table) => [...table.matchAll(/^\| `([^`]+)` \|/gm)].flatMap(([, name]) => name ?? []).sort());

test('each package of others that is installed has its reason', () => {
  const platform = /^@napi-rs\/nice-/;
  const found = publishedPackages().flatMap(({ name }) => (own.has(name) || platform.test(name) ? [] : [name]));
  assert.deepEqual(installed, found.sort());
});

test('each package that comes into a bundle has its reason', () => {
  const found = ownPackages().flatMap(({ manifest }) => Object.keys(manifest.devDependencies ?? {}));
  assert.deepEqual(bundled, [...new Set(found)].sort());
});
