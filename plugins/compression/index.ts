import { type Compressor, definePlugin, type Plugin } from '@kitwright/core/plugin';

/** The words of `--compression`, beside `none`. */
export const compressors: readonly Compressor[] = [
  { id: 'gzip', suffix: 'gzip', module: import.meta.resolve('#gzip') },
  { id: 'gzip-fastest', suffix: 'gzip', module: import.meta.resolve('#gzipFastest') },
  { id: 'zstd', suffix: 'zstd', module: import.meta.resolve('#zstd') },
];

/** gzip and zstd layers. The bytes are deterministic for one version of Node; the diffId is the same everywhere. */
export function compression(): Plugin {
  return definePlugin({
    name: '@kitwright/compression',
    apiVersion: 1,
    apply({ register }) {
      for (const compressor of compressors) register('compressor', compressor);
    },
  });
}
