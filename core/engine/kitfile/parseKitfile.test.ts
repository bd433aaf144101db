import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KitwrightError } from '../errors/KitwrightError.ts';
import { parseKitfile } from './parseKitfile.ts';

const parse = (text: string) => parseKitfile(Buffer.from(text), 'Kitfile').kitfile;

const errorOf = (text: string): KitwrightError => {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof KitwrightError) return error;
  }
  return assert.fail('it was accepted');
};

test('scalars keep their source text where a string is expected', () => {
  assert.deepEqual(parse('package: {version: 1.0, name: 007, license: 1e3}').package, {
    version: '1.0',
    name: '007',
    license: '1e3',
  });
});

test('all mistakes are reported, each with line, column and text', () => {
  const error = errorOf('modle: 1\ncode:\n  - pth: x\n');
  assert.deepEqual(
    [error, ...error.others].map(({ source }) => [source?.line, source?.column, source?.text]),
    [
      [1, 1, 'modle: 1'],
      [3, 5, '  - pth: x'],
    ],
  );
});

test('a mapping key twice is a mistake', () => {
  assert.match(errorOf('package: {name: a}\npackage: {name: b}').message, /package is already defined/);
});

test('keys of a mapping win over keys that are merged into it', () => {
  assert.deepEqual(parse('model:\n  parameters:\n    a: &a {x: 1, y: 2}\n    b: {<<: *a, y: 3}').model?.parameters, {
    a: { x: 1n, y: 2n },
    b: { x: 1n, y: 3n },
  });
});

test('an alias inside its own anchor is a mistake', () => {
  assert.equal(errorOf('model:\n  parameters: &a [*a]').code, 'kitfile-invalid');
});

test('brackets that nest too deeply are one mistake', () => {
  for (const text of ['['.repeat(100_000), `${'['.repeat(5000)}${']'.repeat(5000)}`, `{a: ${'{a: '.repeat(100_000)}`]) {
    const error = errorOf(`model: {parameters: ${text}}`);
    assert.deepEqual([error.message, error.others.length], ['The Kitfile is nested too deeply.', 0]);
  }
});

test('aliases that expand exponentially are refused', () => {
  const lines = ['model:', '  parameters:', '    a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]'];
  for (let i = 1; i < 10; i++)
    lines.push(
      `    a${i}: &a${i} [${Array(10)
        .fill(`*a${i - 1}`)
        .join(', ')}]`,
    );
  assert.match(errorOf(lines.join('\n')).message, /expands too far/);
});

test('invalid UTF-8 and characters that are not printable are refused', () => {
  assert.throws(() => parseKitfile(Buffer.from([0x61, 0xe9]), 'Kitfile'), { code: 'kitfile-invalid' });
  assert.match(errorOf('package: {name: "\u0001"}').message, /control characters/);
});

for (const [what, text, line, column] of [
  ['an alias without an anchor', 'model:\n  name: x\n  parameters: {rate: *rate}\n', 3, 22],
  ['an alias above its anchor', 'model: {name: *n}\npackage: {name: &n x}\n', 1, 15],
  ['an alias in a list of mappings', 'code:\n- path: a\n- *b\n', 3, 3],
  ['a tag that does not fit', 'package:\n  version: !!int 1.x\n', 2, 18],
  ['half of a character', 'package:\n  name: "a\\ud83d"\n', 2, 11],
  ['an unknown directive', '%KIT 1\n---\npackage: {name: x}\n', 1, 1],
] as const) {
  test(`${what} is a mistake at its position`, () => {
    const { source } = errorOf(text);
    assert.deepEqual([source?.line, source?.column], [line, column]);
  });
}

test('an alias refers to the last anchor of its name above it', () => {
  const text = 'package: {name: &a x, version: *a, license: &a y}\nmodel: {name: *a}\n';
  assert.deepEqual(parse(text), { package: { name: 'x', version: 'x', license: 'y' }, model: { name: 'y' } });
});

test('tags decide what a scalar is', () => {
  const text =
    'model:\n  name: !!int 1\n  parameters: [!!int "7", !!float 1, !!timestamp 2020-01-01, ! 3, !own 3, !!str 3]\n';
  const { model } = parse(text);
  assert.equal(model?.name, '1');
  assert.deepEqual(model?.parameters, [7n, 1, '2020-01-01T00:00:00Z', 3n, '3', '3']);
});

test('of very many mistakes the first ones are shown, with the number of the others', () => {
  const { others } = errorOf(`model: {parameters: [${'*a, '.repeat(20_000)}]}`);
  assert.deepEqual([others.length, others.at(-1)?.message], [50, 'There are 19950 more mistakes.']);
});
