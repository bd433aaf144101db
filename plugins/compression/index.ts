import { extname } from 'node:path';
import { type Compressor, definePlugin, type Plugin } from '@kitwright/core/plugin';

/**
 * The values of `--compression` except `none`: name, suffix of the media type (`...tar+zstd`), and the module that
 * workers load. The first one with a suffix unpacks layers of this suffix.
 */
export const compressors: readonly Compressor[] = [
  { id: 'gzip', suffix: 'gzip', module: moduleOf('gzip') },
  { id: 'gzip-fastest', suffix: 'gzip', module: moduleOf('gzipFastest') },
  { id: 'zstd', suffix: 'zstd', module: moduleOf('zstd') },
];

/** Beside this file, of the same kind, sources or built: to resolve its name takes a millisecond of each start. */
function moduleOf(name: string): string {
  return new URL(`compressors/${name}${extname(import.meta.url)}`, import.meta.url).href;
}

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
