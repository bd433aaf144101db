import { definePlugin, type Plugin } from '@kitwright/core/plugin';
import { deepspeed, distributed, megatron, trainer } from './checkpoints.ts';
import { gguf } from './gguf.ts';
import { onnx } from './onnx.ts';
import { safetensors } from './safetensors.ts';
import { shardedIndex } from './shardedIndex.ts';
import { zip } from './zip.ts';

/**
 * Is a checkpoint written completely? Shown by safetensors, GGUF, ZIP (`.pt`, `.npz`), ONNX and sharded indexes, and by
 * the markers of programs that write several files.
 */
export function readiness(): Plugin {
  return definePlugin({
    name: '@kitwright/readiness',
    apiVersion: 1,
    apply({ register }) {
      for (const check of [safetensors, gguf, zip, onnx, shardedIndex]) register('readiness', check);
      for (const format of [trainer, distributed, deepspeed, megatron]) register('checkpoint', format);
    },
  });
}
