import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestOf } from './digest.ts';
import { isKitManifest, manifestBytes, parseManifest } from './manifest.ts';
import { mediaTypes } from './mediaTypes.ts';

const config = { mediaType: mediaTypes.kitConfig, digest: digestOf('{}'), size: 2 };

test('a manifest that is written reads as the same manifest', () => {
  const manifest = {
    artifactType: mediaTypes.kitArtifact,
    config,
    layers: [{ ...config, annotations: { a: 'b' } }],
    annotations: { c: 'd' },
  };
  assert.deepEqual(parseManifest(manifestBytes(manifest), mediaTypes.manifest), manifest);
});

test('no layers are written as null, as kit does', () => {
  assert.match(Buffer.from(manifestBytes({ config, layers: [], annotations: {} })).toString(), /"layers":null/);
});

test('the media type of the config is enough to recognise a kit', () => {
  assert.ok(isKitManifest({ config, layers: [], annotations: {} }));
  assert.ok(!isKitManifest({ config: { ...config, mediaType: 'x' }, layers: [], annotations: {} }));
});

test('an annotation that is no text is read as its JSON', () => {
  const bytes = Buffer.from(JSON.stringify({ config, layers: [], annotations: { a: { toString: 1 }, b: 2 } }));
  assert.deepEqual(parseManifest(bytes, mediaTypes.manifest).annotations, { a: '{"toString":1}', b: '2' });
});

const hostile: Readonly<Record<string, string>> = {
  'no JSON': '{',
  'no object': '[]',
  'a digest with a path': `{"config":{"mediaType":"x","digest":"sha256:../../etc","size":1}}`,
  'a negative size': `{"config":{"mediaType":"x","digest":"${config.digest}","size":-1}}`,
  'deep nesting': '{"a":'.repeat(200) + '1' + '}'.repeat(200),
};

for (const [what, text] of Object.entries(hostile)) {
  test(`${what} is refused`, () => {
    assert.throws(() => parseManifest(Buffer.from(text), mediaTypes.manifest), { code: 'kit-malformed' });
  });
}
