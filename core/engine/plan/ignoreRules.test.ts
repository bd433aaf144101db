import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../../test/support/temporaryFolder.ts';
import type { KitwrightError } from '../errors/KitwrightError.ts';
import { readIgnoreRules } from './ignoreRules.ts';

/** Why the rules of a directory are refused; `make` gets it and a file outside. */
const refusalOf = (make: (directory: string, outside: string) => void): KitwrightError => {
  using folder = temporaryFolder();
  const [directory, outside] = [join(folder.path, 'project'), join(folder.path, 'history')];
  mkdirSync(directory);
  writeFileSync(outside, 'ls\nexport TOKEN=secret[\n');
  make(directory, outside);
  try {
    readIgnoreRules(directory);
  } catch (error) {
    return error as KitwrightError;
  }
  return assert.fail('nothing was refused');
};

const said = ({ message, hint, source, data, cause }: KitwrightError) =>
  JSON.stringify([message, hint, source, data, String(cause)]);

test('a pattern that is broken is shown with its line', () => {
  const error = refusalOf((directory) => writeFileSync(join(directory, '.kitignore'), '# x\na[\n'));
  assert.deepEqual([error.code, error.source?.line, error.source?.text], ['ignore-invalid', 2, 'a[']);
});

test('no text is shown of a file outside to which .kitignore leads', () => {
  const error = refusalOf((directory, outside) => symlinkSync(outside, join(directory, '.kitignore')));
  assert.deepEqual([error.code, error.source?.line], ['ignore-invalid', 2]);
  assert.doesNotMatch(said(error), /secret/);
});

test('rules that are too many name the file', () => {
  const error = refusalOf((directory) => writeFileSync(join(directory, '.kitignore'), '*x\n'.repeat(20_000)));
  assert.equal(error.code, 'ignore-invalid');
  assert.match(error.source?.file ?? '', /\.kitignore$/);
});
