import assert from 'node:assert/strict';
import { test } from 'node:test';
import { modelFormat } from './modelFormat.ts';

const cases: readonly (readonly [
  paths: string,
  preferred: string | undefined,
  format: string | undefined,
  path: string,
])[] = [
  ['m/config.json m/a-1.safetensors m/a-2.safetensors', undefined, 'safetensors', 'm'],
  ['config.json model.safetensors', undefined, 'safetensors', ''],
  ['config.json model.safetensors lora/adapter_model.safetensors', undefined, 'safetensors', ''],
  ['model_index.json unet/w.safetensors vae/w.safetensors', undefined, 'safetensors', ''],
  ['net.gguf', undefined, 'gguf', 'net.gguf'],
  ['m/net.gguf m/mmproj-net.gguf', undefined, 'gguf', 'm/net.gguf'],
  [
    'm/net-00001-of-00002.gguf m/net-00002-of-00002.gguf',
    'm/net-00002-of-00002.gguf',
    'gguf',
    'm/net-00001-of-00002.gguf',
  ],
  ['q4.gguf q8.gguf', undefined, 'gguf', ''],
  ['q4.gguf q8.gguf', 'q8.gguf', 'gguf', 'q8.gguf'],
  ['model.safetensors net.gguf', 'net.gguf', 'gguf', 'net.gguf'],
  ['m/net.onnx', undefined, 'onnx', 'm/net.onnx'],
  ['m/1/saved_model.pb m/1/variables/v.index', undefined, 'tensorflow', 'm/1'],
  ['m/config.json m/pytorch_model.bin', undefined, 'pytorch', 'm'],
  ['a/b.dat a/c/d.dat', undefined, undefined, 'a'],
];

for (const [paths, preferred, format, path] of cases)
  test(`${paths} is ${format}: ${path || 'all of it'}`, () =>
    assert.deepEqual(modelFormat(paths.split(' '), preferred), { format, path }));

test('as many folders as weights are looked at in linear time', { timeout: 30_000 }, () => {
  const paths = Array.from({ length: 200_000 }, (_, i) => `m/${i}/w.safetensors`);
  assert.equal(modelFormat(paths, undefined).path, 'm');
});
