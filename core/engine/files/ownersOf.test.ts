import assert from 'node:assert/strict';
import { chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../../test/support/temporaryFolder.ts';
import { ownersOf } from './ownersOf.ts';

test('who owns a folder of packages can put another file there', {
  skip: process.getuid?.() === 0 ? false : 'needs root, to give files away',
}, () => {
  using folder = temporaryFolder();
  const packages = join(folder.path, 'node_modules');
  const file = join(packages, '@scope', 'plugin', 'index.js');
  mkdirSync(join(packages, '@scope', 'plugin'), { recursive: true });
  writeFileSync(file, '');
  chownSync(folder.path, 1, 1);
  assert.deepEqual(new Set(ownersOf(file)), new Set([0]));
  for (const [i, path] of [packages, join(packages, '@scope'), join(packages, '@scope', 'plugin'), file].entries()) {
    chownSync(path, 100 + i, 0);
    assert.ok(ownersOf(file).includes(100 + i), path);
  }
});
