import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonValue } from '../errors/JsonValue.ts';
import { readsAsText, resolvePlain } from './resolvePlain.ts';

const cases: readonly (readonly [string, JsonValue])[] = [
  ['', null],
  ['~', null],
  ['Null', null],
  ['TRUE', true],
  ['no', 'no'],
  ['y', 'y'],
  ['017', 15n],
  ['0o17', 15n],
  ['0b101', 5n],
  ['-0b11', -3n],
  ['0xFF', 255n],
  ['1_000', 1000n],
  ['08', 8],
  ['+5', 5n],
  ['9007199254740993', 9007199254740993n],
  ['18446744073709551616', 2 ** 64],
  ['1.', 1],
  ['.5', 0.5],
  ['-0.0', -0],
  ['.', '.'],
  ['0x', '0x'],
  ['12:30:45', '12:30:45'],
  ['2024-5-6', '2024-05-06T00:00:00Z'],
  ['2024-13-45', '2024-13-45'],
  ['2024-05-06T07:08:09.1200+02:00', '2024-05-06T07:08:09.12+02:00'],
  ['2024-05-06 07:08:09 +02:00', '2024-05-06 07:08:09 +02:00'],
];

for (const [text, value] of cases) {
  test(`${JSON.stringify(text)} reads as go-yaml reads it`, () => assert.deepEqual(resolvePlain(text), { value }));
}

test('numbers that are not finite cannot be written as JSON', () => {
  for (const text of ['.inf', '-.Inf', '.NaN']) assert.ok('unsupported' in resolvePlain(text));
});

test('texts that would be read as another type need quotes', () => {
  assert.deepEqual(['yes', '1', '12:30', '2024-01-02', 'null', 'x', '<<'].map(readsAsText), [
    false,
    false,
    false,
    false,
    false,
    true,
    true,
  ]);
});
