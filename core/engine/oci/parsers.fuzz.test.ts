import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { KitwrightError } from '../errors/KitwrightError.ts';
import { parseManifest } from './manifest.ts';
import { mediaTypes } from './mediaTypes.ts';
import { parseModelIndex } from './modelIndex.ts';
import { formatReference, parseReference } from './reference.ts';

const refusedOr = <T>(read: () => T): T | undefined => {
  try {
    return read();
  } catch (error) {
    assert.ok(error instanceof KitwrightError, String(error));
    return undefined;
  }
};
const words = fc.constantFrom('a', 'A', '.', '-', '_', '/', ':', '@', ',', '..', 'sha256:', '[::1]', '5000', '\n', 'é');
const text = fc.oneof(
  fc.array(words, { maxLength: 200 }).map((parts) => parts.join('')),
  fc.string(),
);

test('any text is a reference, or is refused', () =>
  fc.assert(
    fc.property(text, (given) => {
      const reference = refusedOr(() => parseReference(given));
      if (reference) assert.match(formatReference(reference), /^[^\s,]+$/);
    }),
  ));

const field = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom(mediaTypes.manifest, mediaTypes.index, mediaTypes.kitIndexArtifact),
);
const json = fc.dictionary(
  fc.constantFrom('mediaType', 'artifactType', 'config', 'layers', 'manifests', 'annotations'),
  field,
);

test('any JSON is a manifest or an index, or is refused', () =>
  fc.assert(
    fc.property(json, (value) => {
      const bytes = Buffer.from(JSON.stringify(value));
      refusedOr(() => parseManifest(bytes, mediaTypes.manifest));
      refusedOr(() => parseModelIndex(bytes));
    }),
  ));

test('any bytes are a manifest, or are refused', () =>
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 200 }),
      (bytes) => void refusedOr(() => parseManifest(bytes, mediaTypes.manifest)),
    ),
  ));
