import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../../test/support/temporaryFolder.ts';
import { examineIgnoreFile } from './examineIgnoreFile.ts';

const examined = (rules: string, names: readonly string[]) => {
  using folder = temporaryFolder();
  for (const name of names) {
    mkdirSync(dirname(join(folder.path, name)), { recursive: true });
    writeFileSync(join(folder.path, name), '');
  }
  writeFileSync(join(folder.path, '.kitignore'), rules);
  return examineIgnoreFile(folder.path);
};

test('a pattern that matches at the top only is named if something deeper was meant too', () => {
  const [check] = examined('# logs\n*.log\nnotes\n', ['x.log', 'a/b/y.log']);
  assert.match(check?.found ?? '', /^\*\.log: matches at the top only, so that a\/b\/y\.log is packed$/);
  assert.match(check?.advice ?? '', /write \*\*\/\*\.log/);
});

test('patterns that mean what they say, and those with a slash, are not', () => {
  assert.deepEqual(examined('*.log\n', ['x.log', 'a/b.txt']), []);
  assert.deepEqual(examined('**/*.log\na/*.txt\n', ['a/x.log', 'b/c.txt']), []);
  assert.deepEqual(examined('*.log\na\n', ['a/x.log']), [], 'its directory is ignored');
});

test('a broken pattern is a problem', () => {
  const [check] = examined('[\n', ['x']);
  assert.deepEqual(
    [check?.state, check?.found],
    ['problem', 'The pattern "[" in .kitignore is broken: a character class is not closed.'],
  );
});
