import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { projectRoot, trackedFiles } from '../support/trackedFiles.ts';

test('the tests and files that SECURITY.md names exist', () => {
  const text = readFileSync(join(projectRoot, 'SECURITY.md'), 'utf8');
  const names = [...text.matchAll(/`([^`\n]+)`/g)].flatMap(([, name]) => name ?? []);
  const tests = names.filter((name) => name.endsWith('.test.ts') && !name.startsWith('*'));
  const places = names.filter((name) => /^(?:core|plugins)\//.test(name));
  const files = new Set(trackedFiles().map((path) => basename(path)));
  assert.ok(tests.length > 15 && places.length > 15);
  assert.deepEqual(
    tests.filter((name) => !files.has(name)),
    [],
  );
  assert.deepEqual(
    places.filter((path) => !existsSync(join(projectRoot, path))),
    [],
  );
});
