import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fields, goJson } from './goJson.ts';

test('strings are escaped as Go does it for HTML and lines', () => {
  assert.equal(goJson('<a>&\u2028\u001f"\\\n\u007f'), '"\\u003ca\\u003e\\u0026\\u2028\\u001f\\"\\\\\\n\u007f"');
});

test('a lone surrogate becomes the replacement character, a pair stays', () => {
  assert.equal(goJson('\ud800x😀'), '"\ufffdx😀"');
});

test('maps are sorted by UTF-8 bytes, fields keep their order and drop what is absent', () => {
  assert.equal(goJson({ '\uff5e': 1, '😀': 2, 10: 3, 9: 4 }), '{"10":3,"9":4,"\uff5e":1,"😀":2}');
  assert.equal(
    goJson(
      new Fields([
        ['b', 1],
        ['a', undefined],
        ['c', []],
      ]),
    ),
    '{"b":1,"c":[]}',
  );
});

test('numbers: 64-bit integers survive, floats are written as Go writes them', () => {
  assert.equal(
    goJson([18446744073709551615n, -0, 1e21, 1e-7, 1e20]),
    '[18446744073709551615,-0,1e+21,1e-7,100000000000000000000]',
  );
});

test('indented by two blanks, empty collections stay in one line', () => {
  assert.equal(goJson({ a: [1, {}], b: [] }, '  '), '{\n  "a": [\n    1,\n    {}\n  ],\n  "b": []\n}');
});
