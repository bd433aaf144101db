import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parse } from 'yaml';
import { kitfileYaml, valueYaml } from './kitfileYaml.ts';

test('any text that is written as YAML reads as the same text', () => {
  const text = fc.string({
    unit: fc.constantFrom('a', ' ', '\n', '\t', ':', '#', '-', "'", '"', '\\', 'é', '😀', '{', ',', '\u0007', '1', '~'),
  });
  fc.assert(
    fc.property(text, (value) => {
      assert.deepEqual(parse(valueYaml({ key: value, list: [value], [value]: '1' }), { schema: 'failsafe' }), {
        key: value,
        list: [value],
        [value]: '1',
      });
      assert.equal(parse(valueYaml(value), { schema: 'failsafe' }), value);
    }),
    { numRuns: 500 },
  );
});

test('a text of several lines is indented, and as a key it follows a question mark', () => {
  assert.equal(valueYaml('a\n b'), '|-\n  a\n   b\n');
  assert.equal(valueYaml({ 'a\nb': ['c'] }), '? |-\n  a\n  b\n: - c\n');
  assert.equal(valueYaml([{ ['k'.repeat(129)]: { x: 1n } }]), `- ? ${'k'.repeat(129)}\n  : x: 1\n`);
});

test('fields have the order of kit, authors are on one line, empty sections are left out', () => {
  const text = kitfileYaml({
    docs: [{ path: 'd' }],
    package: { authors: ['a: b', 'c'], name: 'net' },
    manifestVersion: '1.0.0',
    code: [],
  });
  assert.equal(text, "manifestVersion: 1.0.0\npackage:\n  name: net\n  authors: ['a: b', c]\ndocs:\n  - path: d\n");
});

test('numbers are written as Go writes doubles', () => {
  assert.equal(
    valueYaml([1, 1e6, 123456, 1e-5, 0.0001, -0, 1.5]),
    '- 1\n- 1e+06\n- 123456\n- 1e-05\n- 0.0001\n- -0\n- 1.5\n',
  );
});
