import { test } from 'node:test';
import { createKitwright } from '@kitwright/core';
import { testLayerType } from '@kitwright/testkit';
import layerSafetensors from './index.ts';

const { capabilities } = createKitwright({ plugins: [layerSafetensors()] });

testLayerType(test, () => ({
  layerType: capabilities.get('layerType', 'safetensors'),
  files: { 'weights/modèle.safetensors': weights() },
}));

/** A file of one tensor. */
function weights(): Buffer {
  const header = Buffer.from(JSON.stringify({ a: { dtype: 'F32', shape: [2], data_offsets: [0, 8] } }));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, header, Buffer.alloc(8, 1)]);
}
