import assert from 'node:assert/strict';
import { test } from 'node:test';
import { preAuthEncoding } from './dsse.ts';

test('the encoding is that of the specification', () => {
  const encode = (type: string, payload: string) => Buffer.from(preAuthEncoding(type, Buffer.from(payload))).toString();
  assert.equal(
    encode('http://example.com/HelloWorld', 'hello world'),
    'DSSEv1 29 http://example.com/HelloWorld 11 hello world',
  );
  assert.equal(encode('é', 'ü'), 'DSSEv1 2 é 2 ü');
  assert.equal(encode('', ''), 'DSSEv1 0  0 ');
});
