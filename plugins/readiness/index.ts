import { definePlugin, type Plugin } from '@kitwright/core';
import { gguf } from './gguf.ts';
import { safetensors } from './safetensors.ts';
import { shardedIndex } from './shardedIndex.ts';
import { zip } from './zip.ts';

/** Is a checkpoint written completely? safetensors, GGUF, ZIP (`.pt`, `.npz`) and sharded indexes can tell. */
export const readiness = (): Plugin =>
  definePlugin({
    name: '@kitwright/readiness',
    apiVersion: 1,
    apply({ register }) {
      for (const check of [safetensors, gguf, zip, shardedIndex]) register('readiness', check);
      return undefined;
    },
  });
