import { type BytePath, bytePath } from '../files/bytePath.ts';
import { cleanPath } from '../files/cleanPath.ts';
import type { CapabilitySet } from '../host/createCapabilities.ts';
import type { PlanEntry } from '../host/nouns.ts';
import type { Kitfile } from '../kitfile/Kitfile.ts';
import { modelReference } from '../kitfile/validateKitfile.ts';
import { isReference } from '../oci/isReference.ts';
import { annotationNames, type LayerRole, layerMediaType } from '../oci/mediaTypes.ts';

export interface LayerChoice {
  /** Id of the layer type of ordinary elements; MCP bundles have their own. */
  readonly layerFormat: string;
  /** Id of the compressor, or undefined. */
  readonly compression: string | undefined;
  /** Checkpoints of the model become layers of their own. */
  readonly perCheckpoint?: boolean | undefined;
}

/** The entries of a plan, before their files are known. Throws `layer-format-unknown`, `compression-unknown`. */
export function planEntries(kitfile: Kitfile, choice: LayerChoice, capabilities: CapabilitySet): readonly PlanEntry[] {
  capabilities.get('layerType', choice.layerFormat);
  if (choice.compression !== undefined) capabilities.get('compressor', choice.compression);
  return elementsOf(kitfile).map((element) => entryOf(element, choice, capabilities));
}

interface Element {
  readonly id: string;
  readonly role: LayerRole;
  readonly name?: string | undefined;
  readonly path: string;
}

/** The elements that become layers, in `kit`'s order: model, parts, code, datasets, docs, prompts, MCP servers. */
function elementsOf(kitfile: Kitfile): readonly Element[] {
  const { model } = kitfile;
  const list = (
    section: string,
    role: LayerRole,
    entries: readonly { readonly name?: string; readonly path?: string }[] = [],
  ) => entries.map((entry, i): Element => ({ id: `${section}.${i}`, role, name: entry.name, path: entry.path ?? '' }));
  const local = model?.path && modelReference(kitfile, isReference) === undefined;
  const remote = new Set(kitfile.datasets?.flatMap((entry, i) => (entry.remotePath ? [`datasets.${i}`] : [])));
  return [
    ...(model?.path && local ? [{ id: 'model', role: 'model', name: model.name, path: model.path } as const] : []),
    ...list('model.parts', 'modelpart', model?.parts),
    ...list('code', 'code', kitfile.code),
    ...list('datasets', 'dataset', kitfile.datasets).filter(({ id }) => !remote.has(id)),
    ...list('docs', 'docs', kitfile.docs),
    ...list('prompts', 'prompt', kitfile.prompts),
    ...list('mcpServers', 'mcpb', kitfile.mcpServers),
  ];
}

function entryOf(element: Element, choice: LayerChoice, capabilities: CapabilitySet): PlanEntry {
  const layerType = capabilities.get('layerType', element.role === 'mcpb' ? 'mcpb' : choice.layerFormat);
  const compressor =
    choice.compression === undefined || !layerType.compressible
      ? undefined
      : capabilities.get('compressor', choice.compression);
  const clean = cleanPath(element.path);
  return {
    id: element.id,
    role: element.role,
    name: element.name,
    path: element.path,
    clean: bytePath(clean),
    layerType: layerType.id,
    compression: compressor?.id,
    mediaType: layerMediaType(element.role, layerType.format, compressor?.suffix),
    annotations: {
      [annotationNames.filePath]: clean,
      ...(element.role === 'prompt' ? { [annotationNames.subtype]: 'prompt' } : {}),
    },
  };
}

/** Clean paths of all layers of a kit: what a child kit leaves out of its own layers. */
export function layerPaths(kitfile: Kitfile): readonly BytePath[] {
  return elementsOf(kitfile).map(({ path }) => bytePath(cleanPath(path)));
}
