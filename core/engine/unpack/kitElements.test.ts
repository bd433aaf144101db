import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Kitfile } from '../kitfile/Kitfile.ts';
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
  assert.throws(() => elementsOf([layer(raw, 100 * MiB)], 30_000), refused);
  assert.throws(() => elementsOf([layer(`${raw.replace('raw', 'tar')}+gzip`, MiB)], 17), refused);
  assert.equal(elementsOf([layer(raw, 100 * MiB)], 10).length, 10);
  assert.equal(elementsOf([layer(raw, 0)], 30_000).length, 30_000);
});

test('elements and layers are looked up once each', { timeout: 20_000 }, () => {
  const layers = Array.from({ length: 30_000 }, (_, i) => layer(raw, 1, `f${30_000 - i}`));
  assert.equal(elementsOf(layers, 30_000).length, 30_000);
});
