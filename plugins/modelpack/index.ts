import {
  annotationNames,
  configFields,
  definePlugin,
  goJson,
  type KitDraft,
  KitwrightError,
  mediaTypes,
  type Plan,
  type PlanEntry,
  type Plugin,
  packMediaType,
} from '@kitwright/core/plugin';
import { modelConfig } from './modelConfig.ts';

/** Writes kits in the form of the CNCF ModelPack (model-spec v1), with the Kitfile in an annotation, as `kit` does. */
export function modelPack(): Plugin {
  return definePlugin({
    name: '@kitwright/modelpack',
    apiVersion: 1,
    apply({ hooks }) {
      hooks.build.tap(({ hooks: build }) => {
        build.entry.tap((entry) => (entry.role === 'mcpb' ? entry : { ...entry, mediaType: inPack(entry) }));
        build.plan.tap(async (plan) => {
          checkPlan(plan);
          return plan;
        });
        build.manifest.tap(async (draft) => rewrite(draft));
      });
    },
  });
}

/** Format and suffix come from our media type. */
function inPack({ role, mediaType }: PlanEntry): string {
  return packMediaType(role, mediaType.slice(mediaType.lastIndexOf('.') + 1));
}

function checkPlan({ kitfile, layers }: Plan): void {
  if (kitfile.mcpServers?.length) throw refuse('A ModelPack cannot hold mcpServers.');
  if (layers.some(({ entry }) => entry.layerType === 'raw' && entry.compression !== undefined)) {
    throw refuse('A ModelPack has no compression for raw layers.');
  }
}

function refuse(message: string): KitwrightError {
  return new KitwrightError('model-pack-refused', message);
}

function rewrite(draft: KitDraft): KitDraft {
  return {
    ...draft,
    configMediaType: mediaTypes.packConfig,
    configBytes: Buffer.from(goJson(modelConfig(draft))),
    manifest: {
      artifactType: mediaTypes.packArtifact,
      annotations: { ...draft.manifest.annotations, [annotationNames.kitfile]: goJson(configFields(draft.kitfile)) },
    },
  };
}
