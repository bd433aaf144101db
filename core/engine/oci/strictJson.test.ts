import assert from 'node:assert/strict';
import { test } from 'node:test';
import { strictBase64 } from './strictBase64.ts';
import { strictJson } from './strictJson.ts';

const read = (text: string) => strictJson(Buffer.from(text), 'text');

test('a name that is there twice is refused, however it is written', () => {
  for (const text of ['{"a":1,"a":2}', '{"b":[{"a":1,"\\u0061":2}]}', '{"a":{"x":1},"b":{"y":":","y":1}}'])
    assert.throws(() => read(text), { code: 'kit-malformed', message: /twice/ });
});

test('the same name in different objects, and in values, is fine', () => {
  const text = '{"a":{"a":["a","a"]},"b":[{"a":1},{"a":2}],"c":"{\\"a\\":1,\\"a\\":2}","d":"}","e":{}}';
  assert.deepEqual(read(text), JSON.parse(text));
});

test('what would be many times as large with a line for each value is refused, deep texts are not', () => {
  const lists = (depth: number, values: string) => `{"a":${'['.repeat(depth)}${values}${']'.repeat(depth)}}`;
  read(lists(15, `1${',1'.repeat(100_000)}`));
  read(lists(90, `"${'x'.repeat(100_000)}"${',1'.repeat(300)}`));
  assert.throws(() => read(lists(90, `1${',1'.repeat(100_000)}`)), { code: 'kit-malformed', message: /too deep/ });
});

test('what is no JSON object is refused', () => {
  for (const text of ['', '[]', 'null', '{', '\u0000', '[{"a":1,"a":2}'])
    assert.throws(() => read(text), { code: 'kit-malformed' });
});

test('base64 is read only in its one form', () => {
  assert.deepEqual(strictBase64('aGk='), Buffer.from('hi'));
  for (const text of ['aGk', 'aGk=\n', 'aGl=', 'a_-=', ' aGk=', 'aGk==', '====', 5, undefined])
    assert.equal(strictBase64(text), undefined);
});
