import assert from 'node:assert/strict';
import { test } from 'node:test';
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
