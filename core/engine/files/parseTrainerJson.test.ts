import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseTrainerJson } from './parseTrainerJson.ts';

test('the numbers that Python writes and JSON does not have are read, wherever a number may stand', () => {
  const text = '{"a": NaN, "b": [Infinity,-Infinity,1], "c": {"d": NaN}, "e": -1.5}';
  assert.deepEqual(parseTrainerJson(text), {
    a: Number.NaN,
    b: [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1],
    c: { d: Number.NaN },
    e: -1.5,
  });
  assert.deepEqual(parseTrainerJson('NaN'), Number.NaN);
});

test('in texts and names they are letters', () => {
  const text = String.raw`{"NaN": "is NaN, -Infinity", "a\"NaN": "\\", "b": NaN, "": "\\\" Infinity"}`;
  assert.deepEqual(parseTrainerJson(text), {
    NaN: 'is NaN, -Infinity',
    'a"NaN': '\\',
    b: Number.NaN,
    '': '\\" Infinity',
  });
});

test('anything else is no JSON, as it is for JSON.parse', () => {
  for (const text of [
    '',
    '{',
    '[NaN',
    'nan',
    '-NaN',
    'NaNs',
    'xNaN',
    '1NaN',
    'NaN NaN',
    '{"a": NaN',
    '{NaN: 1}',
    '"NaN',
    '"\\',
  ])
    assert.throws(() => parseTrainerJson(text), SyntaxError, text);
});

test('what JSON can hold is read as JSON.parse reads it', () => {
  fc.assert(fc.property(fc.json(), (text) => assert.deepEqual(parseTrainerJson(text), JSON.parse(text))));
});

test('text without an end, of many quotes, is looked at once', () => {
  assert.throws(() => parseTrainerJson(`["${'\\"'.repeat(2_000_000)}`), SyntaxError);
  assert.throws(() => parseTrainerJson(`[NaN, ${'['.repeat(2_000_000)}`));
});
