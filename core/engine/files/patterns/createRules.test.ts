import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ignoreLines, ignoreMatcher } from '../ignoreMatcher.ts';
import { compilePattern, patternTest } from './compilePattern.ts';
import { createRules } from './createRules.ts';

/** Rule after rule, path after path: what the rules mean. */
const slowly = (lines: readonly string[], path: string): boolean => {
  const above = path.split('/').map((_, i, names) => names.slice(0, i + 1).join('/'));
  let ignored = false;
  for (const line of lines) {
    const negated = line.startsWith('!');
    const matches = patternTest(negated ? line.slice(1) : line);
    if (above.some(matches)) ignored = !negated;
  }
  return ignored;
};

const name = fc.constantFrom('a', 'b', 'ab', 'c.txt');
const part = fc.constantFrom('a', 'b', 'ab', '*', '?', '**', '*.txt', 'c.txt', '[ab]', '**a');
const rule = fc
  .tuple(fc.boolean(), fc.array(part, { minLength: 1, maxLength: 3 }))
  .map(([negated, parts]) => `${negated ? '!' : ''}${parts.join('/')}`);
const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join('/'));

test('rules that are looked up say what they say one after the other', () =>
  fc.assert(
    fc.property(fc.array(rule, { maxLength: 8 }), fc.array(path, { minLength: 1, maxLength: 8 }), (rules, paths) => {
      const lines = ignoreLines(rules.join('\n'));
      const matches = ignoreMatcher(lines);
      for (const each of paths) assert.equal(matches(each), slowly(lines, each), each);
    }),
  ));

const many = (count: number, of: (i: number) => string) => Array.from({ length: count }, (_, i) => of(i));

test('names without wildcards take no time, however many', { timeout: 20_000 }, () => {
  const matches = ignoreMatcher([...many(50_000, (i) => `data/f${i}`), ...many(49_000, (i) => `**/g${i}`)]);
  const paths = many(50_000, (i) => `data/${i % 2 ? 'f' : 'sub/g'}${i}`);
  assert.ok(paths.filter(matches).length > 40_000);
});

const refused: Readonly<Record<string, () => unknown>> = {
  'too many rules': () => ignoreMatcher(many(100_001, String)),
  'too many rules with wildcards': () => ignoreMatcher(many(10_001, (i) => `*${i}`)),
  'too many parts': () => ignoreMatcher(many(200, () => `${'a{1000}'.repeat(9)}*`)),
  'too long for so many files': () => {
    const matches = ignoreMatcher(many(9000, (i) => `*a*b*c*d${i}`));
    for (const each of many(5000, (i) => `dir/${i}`)) matches(each);
  },
  'one that takes long': () => {
    const matches = ignoreMatcher([`${'[ab]*'.repeat(1000)}[x]`]);
    for (const each of many(5000, (i) => `${'a'.repeat(4000)}${i}`)) matches(each);
  },
};

for (const [what, match] of Object.entries(refused))
  test(`a hostile .kitignore is refused soon: ${what}`, { timeout: 20_000 }, () => {
    assert.throws(match, { code: 'ignore-invalid', message: /are not followed/ });
  });

test('a long gap within a line takes no time', { timeout: 20_000 }, () => {
  assert.equal(ignoreMatcher(ignoreLines(`a${' '.repeat(1_000_000)}b`))('a'), false);
});

test('rules that are too many are refused before all of them are compiled', () => {
  assert.throws(() => ignoreMatcher(many(100_000, () => 'a{1000}*')), { code: 'ignore-invalid' });
  let compiled = 0;
  const patterns = (function* () {
    for (const pattern of ['a{1000}*', 'b']) for (let i = 0; i < 2000; i++, compiled++) yield compilePattern(pattern);
  })();
  assert.throws(() => createRules(patterns), SyntaxError);
  assert.ok(compiled < 2000, String(compiled));
});

test('a name is looked up behind the last slashes only, as far as the longest one reaches', () => {
  const rules = createRules(['**/b', '**/a/b', '**/c/d/e'].map(compilePattern));
  const looked = (path: string) => rules.last(path);
  assert.deepEqual(
    ['x/b', 'b', 'a/b', 'x/a/b', 'c/d/e', 'x/c/d/e', 'd/e', 'b/x', `${'d/'.repeat(1900)}b`].map(looked),
    [0, 0, 1, 1, 2, 2, -1, -1, 0],
  );
});
