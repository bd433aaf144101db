import assert from 'node:assert/strict';
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../../test/support/temporaryFolder.ts';
import { readParameters } from './readParameters.ts';

const parametersIn = (files: Readonly<Record<string, string>>) => {
  using folder = temporaryFolder();
  Object.entries(files).forEach(([name, text], i) => {
    mkdirSync(dirname(join(folder.path, name)), { recursive: true });
    writeFileSync(join(folder.path, name), text);
    utimesSync(join(folder.path, name), 1_790_000_000 + i, 1_790_000_000 + i);
  });
  return readParameters(folder.path);
};

test('single values of the newest file of settings are read', () => {
  const lightning = 'lr: 0.001\nname: "a b"\nlayers: 4 # four\nlist:\n- 1\nopt: !!python/object:x\nnested:\n  a: 1\n';
  assert.deepEqual(
    parametersIn({ 'lightning_logs/version_0/hparams.yaml': 'lr: 1\n', 'logs/v/hparams.yaml': lightning }),
    {
      lr: '0.001',
      name: 'a b',
      layers: '4',
    },
  );
  assert.deepEqual(parametersIn({ 'out/training_args.json': '{"seed": 42, "fp16": true, "x": [1], "y": null}' }), {
    seed: '42',
    fp16: 'true',
  });
});

test('secrets, odd names and what is no settings are left out; values are bounded', () => {
  assert.deepEqual(parametersIn({ 'hparams.json': '{"hub_token": "x", "api_key": "y", "a b": 1}' }), {});
  assert.deepEqual(parametersIn({ 'hparams.json': '[1' }), {});
  assert.deepEqual(parametersIn({ 'config.json': '{"a": 1}', 'out/training_args.bin': 'x' }), {});
  const many = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`p${i}`, 'x'.repeat(500)]));
  const found = parametersIn({ 'args.json': JSON.stringify(many) });
  assert.deepEqual([Object.keys(found).length, found['p0']?.length], [50, 100]);
});

test('of the config of a model its shape is read, beside the settings of the training', () => {
  const config = '{"model_type": "gpt2", "n_layer": 2, "architectures": ["A"], "bos_token_id": 1}';
  assert.deepEqual(parametersIn({ 'out/checkpoint-5/config.json': config, 'hparams.yaml': 'lr: 1\n' }), {
    lr: '1',
    'model.model_type': 'gpt2',
    'model.n_layer': '2',
  });
});
