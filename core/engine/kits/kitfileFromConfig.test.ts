import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kitfileFromConfig } from './kitfileFromConfig.ts';

const read = (text: string) => kitfileFromConfig(Buffer.from(text));

for (const text of [
  '{"manifestVersion":"1.0.0","code":[{"path":"a"}],"Code":[{"path":"b"}]}',
  '{"manifestVersion":"1.0.0","CODE":[{"path":"b"}]}',
  '{"manifestVersion":"1.0.0","code":[{"path":"a"}],"code":[{"path":"b"}]}',
  '{"manifestVersion":"1.0.0","code":[{"path":"a","DIGEST":"sha256:b"}]}',
  '{"manifestVersion":"1.0.0","pac\u212aage":{"name":"b"}}',
])
  test(`what kit reads as another Kitfile is refused: ${text}`, () =>
    assert.throws(() => read(text), { code: 'kit-malformed' }));

test('names that nobody knows, and those of parameters, may be in any letters', () => {
  const kitfile = read('{"manifestVersion":"1.0.0","model":{"path":"m","parameters":{"Path":1,"path":2}},"other":{}}');
  assert.deepEqual(kitfile.model, { path: 'm', parameters: { Path: 1, path: 2 } });
});

test('a field that is null is not there, and one of the wrong type is named', () => {
  assert.deepEqual(
    read('{"manifestVersion":"1.0.0","package":null,"code":[{"path":"a","digest":"d","license":null}]}'),
    {
      manifestVersion: '1.0.0',
      code: [{ path: 'a', digest: 'd' }],
    },
  );
  assert.throws(() => read('{"code":[{"path":"a"},{"diffId":1}]}'), { data: { name: 'code.1.diffId' } });
});
