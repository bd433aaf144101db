import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ignoreLines, ignoreMatcher } from './ignoreMatcher.ts';

const ignored = (rules: string, paths: readonly string[]): readonly string[] =>
  paths.filter(ignoreMatcher(ignoreLines(rules)));

test('a plain name is rooted, ** is not', () => {
  assert.deepEqual(ignored('*.log\n', ['a.log', 'd/a.log']), ['a.log']);
  assert.deepEqual(ignored('**/*.log\n', ['a.log', 'd/a.log', 'd/e/a.log', 'a.txt']), [
    'a.log',
    'd/a.log',
    'd/e/a.log',
  ]);
});

test('what lies below an ignored directory is ignored, until a later rule brings it back', () => {
  assert.deepEqual(ignored('d\n!d/keep\n', ['d', 'd/x', 'd/keep', 'd/keep/y']), ['d', 'd/x']);
  assert.deepEqual(ignored('!d/keep\nd\n', ['d/keep']), ['d/keep']);
});

test('? and classes stay inside a name', () => {
  assert.deepEqual(ignored('a?.txt\n[!b]*', ['a1.txt', 'a12.txt', '!x', 'bx', 'c/d']), ['a1.txt', '!x', 'bx']);
});

test('comments, blanks, byte order mark and carriage returns', () => {
  assert.deepEqual(ignoreLines('\ufeff# c\r\n\r\n  /x/  \r\n ! y \n'), ['x', '!y']);
});

for (const pattern of ['a[', 'a\\', '!', '[b-']) {
  test(`${JSON.stringify(pattern)} is refused`, () => {
    assert.throws(() => ignoreMatcher([pattern]), { code: 'ignore-invalid' });
  });
}

test('directories above a path are looked at once, also where there are two thousand', { timeout: 20_000 }, () => {
  const matches = ignoreMatcher(['**/zzz', '*.tmp', '!**/keep']);
  const above = 'd/'.repeat(1900);
  for (let i = 0; i < 2000; i++) assert.equal(matches(`${above}e${i}/f`), false);
  assert.equal(matches(`${above}zzz/f`), true);
});
