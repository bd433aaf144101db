import assert from 'node:assert/strict';
import { test } from 'node:test';
import { layerWord } from './layerWord.ts';

test('the word of a layer is the word in its media type, for ModelKit and ModelPack', () => {
  assert.equal(layerWord('application/vnd.kitops.modelkit.modelpart.v1.tar+gzip'), 'modelpart');
  assert.equal(layerWord('application/vnd.cncf.model.weight.config.v1.raw'), 'weight.config');
  assert.equal(layerWord('application/octet-stream'), 'unknown');
});
