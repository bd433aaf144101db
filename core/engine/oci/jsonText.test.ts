import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jsonText, plainText } from './jsonText.ts';
import { parseManifest } from './manifest.ts';

test('integers that a float64 cannot hold are written as they were', () => {
  assert.equal(jsonText({ a: 9_007_199_254_740_993n, b: [1, 'x'] }), '{"a":9007199254740993,"b":[1,"x"]}');
});

test('a manifest with such an integer in the place of a text is refused, not a defect', () => {
  const bytes = Buffer.from('{"mediaType":{"":-9007199254740992},"layers":[]}');
  assert.throws(() => parseManifest(bytes, 'application/vnd.oci.image.manifest.v1+json'), { code: 'kit-malformed' });
});

test('an object that brings its own toString along is text too', () => {
  const hostile: unknown = JSON.parse('{"toString":1}');
  assert.deepEqual(['a', 1, 2n, null, undefined].map(plainText), ['a', '1', '2', 'null', 'undefined']);
  assert.deepEqual([hostile, [hostile]].map(plainText), ['{"toString":1}', '[{"toString":1}]']);
});
