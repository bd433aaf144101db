import { definePlugin, type Plugin } from '@kitwright/core/plugin';
import { mcpb } from './mcpb.ts';
import { raw } from './raw.ts';
import { tar } from './tar.ts';

/** The layer types of ModelKits: `tar` (the default), `raw` for single files, `mcpb` for MCP bundles. */
export function layerTypes(): Plugin {
  return definePlugin({
    name: '@kitwright/layer-types',
    apiVersion: 1,
    apply({ register }) {
      for (const type of [tar, raw, mcpb]) register('layerType', type);
    },
  });
}
