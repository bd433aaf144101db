import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkKind } from './checkKind.ts';
import { mediaTypes } from './mediaTypes.ts';

const { manifest, index } = mediaTypes;
const dockerManifest = 'application/vnd.docker.distribution.manifest.v2+json';

for (const [json, mediaType] of [
  [{ config: {}, layers: [], manifests: [] }, manifest],
  [{ config: {}, layers: [], manifests: [] }, 'application/json'],
  [{ layers: [], manifests: [{}] }, index],
  [{ mediaType: index, layers: [] }, manifest],
  [{ mediaType: manifest, manifests: [] }, index],
  [{ mediaType: 'text/plain', layers: [] }, manifest],
  [{ mediaType: 1, layers: [] }, manifest],
  [{ layers: [] }, index],
  [{ config: {} }, index],
  [{ manifests: [] }, manifest],
  [{ layers: [], Layers: [] }, manifest],
  [{ LAYERS: [] }, manifest],
  [{ layers: [{ Digest: 'x' }] }, manifest],
  [{ config: { mediatype: 'x' } }, manifest],
  [{ manifests: [{ digeſt: 'x' }] }, index],
] as const)
  test(`${JSON.stringify(json)} as ${mediaType} is refused`, () =>
    assert.throws(() => checkKind(json, mediaType), { code: 'kit-malformed' }));

for (const [json, mediaType] of [
  [{ config: {}, layers: null }, manifest],
  [{ mediaType: manifest, config: {}, layers: [] }, manifest],
  [{ mediaType: dockerManifest, config: {}, layers: [] }, manifest],
  [{ mediaType: manifest, layers: [] }, 'application/json'],
  [{ mediaType: index, manifests: [] }, index],
  [{ manifests: null }, index],
  [{ layers: [{ from: 'x', name: 'y', annotations: { Digest: 'x', digest: 'y' } }], other: 1 }, manifest],
] as const)
  test(`${JSON.stringify(json)} as ${mediaType} is fine`, () => checkKind(json, mediaType));
