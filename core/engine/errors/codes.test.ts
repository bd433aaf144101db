import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { errorsFile, errorsPage } from '../../../.ci/errorsPage.ts';
import { codes } from './codes.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
test('core/ERRORS.md is what "npm run errors" writes', () => {
  assert.equal(readFileSync(errorsFile, 'utf8'), errorsPage());
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

test('hints of codes that targets of plugins throw too are not about a registry or the store alone', () => {
  const thrownByTargets = [
    'unauthorized',
    'kit-not-found',
    'descriptor-mismatch',
    'reference-invalid',
    'target-invalid',
  ] as const;
  for (const code of thrownByTargets)
    assert.match(codes[code].hint, /valid there|another place|or target|WORD:LOCATION/, code);
});
