import { extname } from 'node:path';
import { definePlugin, type Plugin } from '@kitwright/core/plugin';

/** Workers load it: beside the source in tests, beside the build when it is published. */
const codec = new URL(`./codec${extname(import.meta.url)}`, import.meta.url).href;

/** `--compression my-plugin`: layers compressed by Brotli (RFC 7932). */
export default function plugin(): Plugin {
  return definePlugin({
    name: 'kitwright-plugin-my-plugin',
    apiVersion: 1,
    apply({ register }) {
      register('compressor', { id: 'my-plugin', suffix: 'br', module: codec });
    },
  });
}
