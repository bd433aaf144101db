import { definePlugin, type Plugin } from '@kitwright/core/plugin';
import { accelerate, deepspeed, distributed, megatron, orbax, trainer } from './checkpoints.ts';
import { gguf } from './gguf.ts';
import { hdf5 } from './hdf5.ts';
import { json } from './json.ts';
import { npy } from './npy.ts';
import { onnx } from './onnx.ts';
import { parquet } from './parquet.ts';
import { pickle } from './pickle.ts';
import { safetensors } from './safetensors.ts';
import { shardedIndex } from './shardedIndex.ts';
import { tarball } from './tarball.ts';
import { zip } from './zip.ts';

const formats = [safetensors, gguf, zip, onnx, shardedIndex, hdf5, npy, parquet, pickle, tarball, json];
const layouts = [trainer, distributed, deepspeed, megatron, accelerate, orbax];

/**
 * Is a checkpoint written completely? Shown by the formats of weights and data, whatever their names, and by the
 * markers of programs that write several files.
 */
export function readiness(): Plugin {
  return definePlugin({
    name: '@kitwright/readiness',
    apiVersion: 1,
    apply({ register }) {
      for (const check of formats) register('readiness', check);
      for (const format of layouts) register('checkpoint', format);
    },
  });
}

export { trainingArguments } from './trainingArguments.ts';
