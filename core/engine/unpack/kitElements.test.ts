import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Kitfile } from '../kitfile/Kitfile.ts';
import { maxExpandedSize } from '../layers/layerLimits.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { descriptorOf } from '../oci/descriptor.ts';
import { annotationNames } from '../oci/mediaTypes.ts';
import { kitElements } from './kitElements.ts';

const layer = (mediaType: string, size: number, path?: string): Descriptor => ({
  ...descriptorOf(mediaType, Buffer.from('layer')),
  size,
  ...(path === undefined ? {} : { annotations: { [annotationNames.filePath]: path } }),
});

const elementsOf = (layers: readonly Descriptor[], count: number) => {
  const docs = Array.from({ length: count }, (_, i) => ({ path: `f${i}`, digest: String(layers[0]?.digest) }));
  const kitfile: Kitfile = { manifestVersion: '1.0.0', docs };
  return kitElements(kitfile, { config: layer('c', 1), layers, annotations: {} });
};

const raw = 'application/vnd.cncf.model.doc.v1.raw';
const MiB = 1024 * 1024;

test('the same bytes under several names are the layers of these names', () => {
  const layers = [layer(raw, 1, 'f1'), layer(raw, 1, 'f0'), layer(raw, 1, 'f1')];
  const found = elementsOf(layers, 3).map(({ descriptor }) => layers.indexOf(descriptor));
  assert.deepEqual(found, [1, 0, 0]);
});

test('a layer that was sent once is not written thirty thousand times', () => {
  const refused = { code: 'kit-malformed', message: /too often/ };
  const compressed = `${raw}+gzip`;
  assert.throws(() => elementsOf([layer(raw, 100 * MiB)], 30_000), refused);
  assert.throws(() => elementsOf([layer(compressed, MiB)], 30), refused);
  for (const [type, size, count] of [
    [raw, 100 * MiB, 50],
    [raw, 0, 30_000],
    [compressed, MiB, 16],
    [compressed, 1000, 1000],
  ] as const)
    assert.equal(elementsOf([layer(type, size)], count).length, count);
});

test('many elements with one compressed layer share what it may expand to', () => {
  const [element] = elementsOf([layer(`${raw}+zstd`, 30)], 10_000);
  assert.equal(element?.uses, 10_000);
  assert.ok(10_000 * maxExpandedSize(30, element?.uses) < 17 * 1024 * MiB);
});

test('elements and layers are looked up once each', { timeout: 20_000 }, () => {
  const layers = Array.from({ length: 30_000 }, (_, i) => layer(raw, 1, `f${30_000 - i}`));
  assert.equal(elementsOf(layers, 30_000).length, 30_000);
});
