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

test('scalars keep their source text where a text is wanted', () => {
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

test('a merge key gives way to what stands beside it', () => {
  assert.deepEqual(parse('model:\n  parameters:\n    a: &a {x: 1, y: 2}\n    b: {<<: *a, y: 3}').model?.parameters, {
    a: { x: 1n, y: 2n },
    b: { x: 1n, y: 3n },
  });
});

test('an alias that holds itself ends', () => {
  assert.equal(errorOf('model:\n  parameters: &a [*a]').code, 'kitfile-invalid');
});

test('a bomb of aliases ends', () => {
  const lines = ['model:', '  parameters:', '    a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]'];
  for (let i = 1; i < 10; i++)
    lines.push(
      `    a${i}: &a${i} [${Array(10)
        .fill(`*a${i - 1}`)
        .join(', ')}]`,
    );
  assert.match(errorOf(lines.join('\n')).message, /expands too far/);
});

test('what is no UTF-8 and what is not printable is refused', () => {
  assert.throws(() => parseKitfile(Buffer.from([0x61, 0xe9]), 'Kitfile'), { code: 'kitfile-invalid' });
  assert.match(errorOf('package: {name: "\u0001"}').message, /control characters/);
});
