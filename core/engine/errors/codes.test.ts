import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { codes } from './codes.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const documented = [...readFileSync(`${root}/core/ERRORS.md`, 'utf8').matchAll(/^\| `([a-z-]+)` *\| (\d+) *\|/gm)];

test('the documented list and the table hold the same codes and exit statuses', () => {
  const table = Object.entries(codes).map(([code, { exit }]) => [code, String(exit)]);
  assert.deepEqual(
    documented.map(([, code, exit]) => [code, exit]),
    table,
  );
});

test('every code of the table is thrown somewhere', () => {
  const files = globSync(['core/**/*.ts', 'plugins/**/*.ts'], {
    cwd: root,
    exclude: (path) => /node_modules|dist|\.test\.ts$|codes\.ts$/.test(path),
  });
  const sources = files.map((path) => readFileSync(`${root}/${path}`, 'utf8')).join('\n');
  const unused = Object.keys(codes).filter((code) => !sources.includes(`'${code}'`));
  assert.deepEqual(unused, []);
});
