import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { parseJsonObject } from './parseJsonObject.ts';

const parse = (text: string) => parseJsonObject(Buffer.from(text), 'text');
const nested = (depth: number) => '{"a":'.repeat(depth - 1) + '{}' + '}'.repeat(depth - 1);

test('a text may be nested 100 deep, and no deeper', () => {
  assert.ok(parse(nested(100)));
  assert.throws(() => parse(nested(101)), { code: 'kit-malformed', message: /nested too deeply/ });
});

test('many values side by side, and brackets in texts, are not deep', () => {
  assert.ok(parse(`{"a":[${'{"b":[]},'.repeat(500)}1]}`));
  assert.ok(parse(JSON.stringify({ a: '{['.repeat(500) })));
});

test('a number beyond all that readers can hold is refused', () => {
  for (const number of ['1e400', '-1E+999', `${'9'.repeat(400)}`, `${'9'.repeat(400)}.5`])
    assert.throws(() => parseJsonObject(Buffer.from(`{"a":[${number}]}`), 'config'), { code: 'kit-malformed' }, number);
  assert.deepEqual(parseJsonObject(Buffer.from('{"a":[1e300,1e-400,"1e400"]}'), 'config'), { a: [1e300, 0, '1e400'] });
});

test('an integer beyond float64 is kept wherever it stands', () => {
  const large = '12345678901234567890';
  for (const text of [
    `{"a":${large}}`,
    `{"a": -${large} }`,
    `{"a":[${large}]}`,
    `{"a":[0,${large}]}`,
    `{"a":[0,\n${large}]}`,
  ])
    assert.match(inspect(parse(text)), /12345678901234567890n/, text);
  assert.deepEqual(parse(`{"a":"${large}","b":[0.${large},1.${large}]}`), {
    a: large,
    b: [0.12345678901234568, 1.1234567890123457],
  });
});

for (const value of ['1', '{}'])
  test(`a text of nothing but ${value} is refused: it would take a multiple of its size, and hours with a large number`, () => {
    const text = `{"a":12345678901234567,"b":[${`${value},`.repeat(4_000_000)}1]}`;
    assert.throws(() => parse(text), { code: 'kit-malformed', message: /too many values/ });
  });

test('a text of that size with few values is none of them', () => {
  assert.ok(parse(JSON.stringify({ a: ','.repeat(5_000_000) })));
});
