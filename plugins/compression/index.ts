import { extname } from 'node:path';
import { type Compressor, definePlugin, type Plugin } from '@kitwright/core';

const moduleUrl = (name: string): string => new URL(`./${name}${extname(import.meta.url)}`, import.meta.url).href;

/** The words of `--compression`, beside `none`. */
export const compressors: readonly Compressor[] = [
  { id: 'gzip', suffix: 'gzip', module: moduleUrl('gzip') },
  { id: 'gzip-fastest', suffix: 'gzip', module: moduleUrl('gzipFastest') },
  { id: 'zstd', suffix: 'zstd', module: moduleUrl('zstd') },
];

/** gzip and zstd layers. The bytes are deterministic for one version of Node; the diffId is the same everywhere. */
export const compression = (): Plugin =>
  definePlugin({
    name: '@kitwright/compression',
    apiVersion: 1,
    apply({ register }) {
      for (const compressor of compressors) register('compressor', compressor);
      return undefined;
    },
  });
