import assert from 'node:assert/strict';
import { test } from 'node:test';
import { layerWord } from './layerWord.ts';

test('the word of a layer is that of its media type, in both dialects', () => {
  assert.equal(layerWord('application/vnd.kitops.modelkit.modelpart.v1.tar+gzip'), 'modelpart');
  assert.equal(layerWord('application/vnd.cncf.model.weight.config.v1.raw'), 'weight.config');
  assert.equal(layerWord('application/octet-stream'), 'unknown');
});
