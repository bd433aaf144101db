import { definePlugin, type Plugin } from '@kitwright/core/plugin';
import { registerKit } from './registerKit.ts';

/** `kitwright export KIT NAME --to model-registry`: kits as versions in a Kubeflow Model Registry. */
export default function exporterModelRegistry(): Plugin {
  return definePlugin({
    name: '@kitwright/exporter-model-registry',
    apiVersion: 1,
    apply({ register }) {
      register('exporter', { id: 'model-registry', export: registerKit });
    },
  });
}
