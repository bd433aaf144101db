import { definePlugin, type Plugin, type Wait } from '@kitwright/core/plugin';
import { exportKit } from './exportKit.ts';

export interface HuggingFaceOptions {
  /** How it waits before it tries again; tests do not. */
  readonly wait?: Wait;
}

/** `kitwright export KIT owner/name --to huggingface`: the files of kits in repositories of the Hugging Face Hub. */
export default function targetHuggingFace({ wait }: HuggingFaceOptions = {}): Plugin {
  return definePlugin({
    name: '@kitwright/target-huggingface',
    apiVersion: 1,
    apply({ register }) {
      register('exporter', {
        id: 'huggingface',
        export: (request, context) => exportKit(request, context, wait),
      });
    },
  });
}
