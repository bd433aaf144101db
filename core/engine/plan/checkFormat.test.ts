import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LayerType } from '../host/capabilities.ts';
import type { PlanEntry } from '../host/nouns.ts';
import { layerMediaType } from '../oci/mediaTypes.ts';
import { checkFormat } from './checkFormat.ts';

const check = (mediaType: string, format: string, more: Partial<LayerType> = {}) =>
  checkFormat({ id: 'model', role: 'model', mediaType } as PlanEntry, { id: 'mine', format, ...more } as LayerType);

test('a layer type and a media type of two formats are refused, with the media type that fits', () => {
  assert.throws(() => check(layerMediaType('model', 'tar', 'gzip'), 'raw'), {
    code: 'plugin-failed',
    message:
      /hook "entry" gave model the layer type mine, whose format is raw, with the media type .*whose format is tar\.$/,
    hint: /layerMediaType\(entry\.role, "raw"\) gives application\/vnd\.kitops\.modelkit\.model\.v1\.raw\+gzip\./,
  });
});

test('a media type of the same format, of no known form, or one that the layer type reads', () => {
  check(layerMediaType('dataset', 'raw'), 'raw');
  check('application/vnd.cncf.model.weight.v1.raw', 'raw');
  check('application/x-own', 'raw');
  check(layerMediaType('model', 'tar'), 'own', { reads: () => true });
});
